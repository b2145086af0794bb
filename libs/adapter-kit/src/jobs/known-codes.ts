import {
  partOf,
  REASON_KINDS,
  shanghaiDate,
  type Catalogue,
  type Part,
  type ReasonKind,
} from '@lianban/catalogue';
import { HOLDERS, type Holder, type JobDesired } from '@lianban/contracts';
import type { Context } from './context.js';
import { isDocument } from './documents.js';
import { isDueDate } from './due-date.js';
import type { FindingKind } from './finding.js';
import type { JobReport } from './job-report.js';
import type { Placement } from './placement.js';

/** The utility's part of the matter, as the catalogue had it on the day of registration. */
export function partOfJob({ dossier, utility }: JobDesired, catalogue: Catalogue): Part | undefined {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(new Date(dossier.registeredAt)));
  return matter && partOf(matter, utility);
}

/** Is it a stage of this job? Of a part that the catalogue no longer has, every stage is. */
export const isStage = (part: Part | undefined, stage: string): boolean =>
  !part || part.stages.some(({ code }) => code === stage);

/** May an applicant be asked for it: a material of the catalogue, a field of this part, or what a reason names? */
export function isItem(part: Part | undefined, item: string, catalogue: Catalogue): boolean {
  if (!item.startsWith('fields.'))
    return catalogue.material(item) !== undefined || catalogue.reason(item) !== undefined;
  return !part || part.fields.some(({ code }) => `fields.${code}` === item);
}

/** Does the reason explain this? States that explain themselves may have any. */
export function isReasonFor(reason: string, about: Explained, catalogue: Catalogue): boolean {
  const known = catalogue.reason(reason);
  const kind = reasonKindFor(about);
  return known !== undefined && (kind === undefined || known.kinds.includes(kind));
}

type Explained = Pick<JobReport, 'state' | 'withdrawal'>;

function reasonKindFor({ state, withdrawal }: Explained): ReasonKind | undefined {
  if (withdrawal) return withdrawal === 'refused' ? 'withdrawal-refused' : 'withdrawal';
  return REASON_KINDS.find((kind) => kind === state);
}

export const isHolder = (holder: string): holder is Holder => HOLDERS.some((each) => each === holder);

/** A report without the codes and dates that nobody knows, and the findings that they are. */
export function knownPart(
  report: JobReport,
  placement: Placement,
  { catalogue, now }: Context,
): { report: JobReport; findings: FindingKind[] } {
  const part = partOfJob(placement.desired, catalogue);
  const known = { ...report };
  const findings: FindingKind[] = [];
  const leaveOut = (field: keyof JobReport, kind: FindingKind): void => {
    delete known[field];
    findings.push(kind);
  };
  const { stage, reason, holder, correction, documents } = report;
  if (report.unknownState) leaveOut('unknownState', 'unknown-state');
  if (stage && !isStage(part, stage)) leaveOut('stage', 'unknown-stage');
  if (reason && !isReasonFor(reason, report, catalogue)) leaveOut('reason', 'unknown-reason');
  if (holder && !isHolder(holder)) leaveOut('holder', 'unknown-holder');
  if (documents) {
    const hosts = catalogue.provider(placement.provider)?.documentHosts ?? [];
    known.documents = documents.filter((each) => isDocument(each, hosts));
    if (known.documents.length < documents.length) findings.push('unknown-document');
  }
  if (correction) {
    const items = correction.items.filter((item) => isItem(part, item, catalogue));
    known.correction = { ...correction, items };
    if (items.length < correction.items.length) findings.push('unknown-item');
  }
  const dueDate = correction?.dueDate ?? report.dueDate;
  if (dueDate && dueDate !== placement.holderDeadline && !isDueDate(dueDate, catalogue.calendar, now)) {
    leaveOut('dueDate', 'due-date-out-of-range');
    delete known.correction?.dueDate;
  }
  return { report: known, findings };
}
