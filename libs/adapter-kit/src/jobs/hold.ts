import { defaultHolderDeadline, partOf, shanghaiDate } from '@lianban/catalogue';
import type { Holder, JobDesired, OpenCorrection } from '@lianban/contracts';
import type { Context } from './context.js';
import type { JobReport } from './job-report.js';
import { isHolder } from './known-codes.js';
import type { Placement } from './placement.js';

/** Who must act while a job does not go on, by when, and what for. */
export interface Hold {
  holder: Holder | null;
  holderDeadline: string | null;
  /** Was it counted by the catalogue, in a year whose holidays are not announced yet? */
  holderDeadlineProvisional: boolean;
  /** What is still open of the correction asked for. */
  correction: OpenCorrection | null;
  /** All that it asked for; null while nothing is asked. */
  askedItems: string[] | null;
}

export const NO_HOLD: Hold = {
  holder: null,
  holderDeadline: null,
  holderDeadlineProvisional: false,
  correction: null,
  askedItems: null,
};

type Asked = Pick<Hold, 'correction' | 'askedItems'>;

/** The hold that a report leads to, from the state and the reason that the placement has by now. */
export function holdAfter(placement: Placement, report: JobReport, context: Context): Hold {
  const { state, reason, desired } = placement;
  const usual = context.catalogue.reason(reason!)?.holder ?? 'provider';
  const named = report.holder && isHolder(report.holder) ? report.holder : usual;
  const given = report.correction?.dueDate ?? report.dueDate;
  const deadline = given ? { date: given, provisional: false } : catalogueDeadline(desired, reason!, context);
  const asked = state === 'waiting' && deadline && askFor(placement, report, deadline.date, context);
  return {
    holder: state === 'waiting' ? 'applicant' : named,
    holderDeadline: deadline?.date ?? null,
    holderDeadlineProvisional: deadline?.provisional ?? false,
    ...(asked || { correction: null, askedItems: null }),
  };
}

/** By when the holder must act, by the catalogue; undefined where it does not say. */
function catalogueDeadline(desired: JobDesired, reasonCode: string, { catalogue, now }: Context) {
  const { matter: code, registeredAt } = desired.dossier;
  const matter = catalogue.matter(code, shanghaiDate(new Date(registeredAt)));
  const part = matter && partOf(matter, desired.utility);
  const reason = catalogue.reason(reasonCode) ?? catalogue.reason('material-missing');
  if (!part || !reason) return undefined;
  const date = defaultHolderDeadline(part, reason, catalogue.calendar, shanghaiDate(now));
  return { date, provisional: catalogue.calendar.isProvisional(date) };
}

/** Asked again for the same, it is the same correction: answers given, or on their way, still fit. */
function askFor(before: Placement, report: JobReport, deadline: string, context: Context): Asked {
  const named = report.correction?.items ?? [];
  const items = named.length > 0 ? named : [before.reason!];
  const { correction, askedItems } = before;
  if (correction && isAskedAgain(before, items))
    return { askedItems, correction: { ...correction, deadline } };
  const replaces = correction && [...(correction.replaces ?? []), correction.id];
  return {
    askedItems: items,
    correction: { id: context.newId(), items, deadline, ...(replaces && { replaces }) },
  };
}

export const isAskedAgain = ({ correction, askedItems }: Asked, items: readonly string[]): boolean =>
  correction !== null && [askedItems ?? [], correction.items].some((each) => isSameItems(each, items));

const isSameItems = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join() === others.toSorted().join();
