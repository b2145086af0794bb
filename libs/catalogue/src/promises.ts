import type { Utility } from '@lianban/contracts';
import { addWorkingDays, type Calendar } from './calendar.js';
import type { ApplicantKind, MaterialNeed, Matter, Part, Personal, Stage } from './matter.js';
import type { Reason } from './reason.js';
import type { Text } from './text.js';

/** The note at a date in a year whose holidays are not announced yet. */
export const PROVISIONAL: Text = {
  'zh-CN': '节假日安排公布前暂计',
  en: 'provisional until the holidays of that year are announced',
};

export const partOf = (matter: Matter, utility: Utility): Part | undefined =>
  matter.parts.find((part) => part.utility === utility);

/** The day by which the utility promises to finish: its limit in working days, the first day not counted. */
export const promisedDate = (part: Part, calendar: Calendar, registeredOn: string): string =>
  addWorkingDays(calendar, registeredOn, part.limit.days);

/** The day a stage is planned for, as long as the clock does not stop. */
export const plannedDate = (stage: Stage, calendar: Calendar, registeredOn: string): string =>
  addWorkingDays(calendar, registeredOn, stage.plannedDay);

/** By when the holder of a stopped job must act by default. */
export function defaultHolderDeadline(
  part: Part,
  reason: Reason,
  calendar: Calendar,
  stoppedOn: string,
): string {
  const usual = reason.holder === 'applicant' ? part.correctionDays : part.holdDays;
  return addWorkingDays(calendar, stoppedOn, reason.dueDays ?? usual);
}

/** The personal data that a utility may know for this matter; none without a part in it. */
export const personalFields = (matter: Matter, utility: Utility): Personal =>
  partOf(matter, utility)?.personal ?? { applicant: [], agent: [] };

/** The materials that one part needs from these people, shared ones first. */
export function materialsNeeded(
  matter: Matter,
  utility: Utility,
  people: { applicant: ApplicantKind; hasAgent: boolean },
): MaterialNeed[] {
  return [...matter.materials, ...(partOf(matter, utility)?.materials ?? [])].filter(
    ({ required }) =>
      required === 'always' || required === people.applicant || (required === 'agent' && people.hasAgent),
  );
}
