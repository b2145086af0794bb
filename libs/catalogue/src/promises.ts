import type { Utility } from '@lianban/contracts';
import { addWorkingDays, type Calendar } from './calendar.js';
import type { ApplicantKind, MaterialNeed, Matter, Part, Personal, Stage } from './matter.js';
import type { Reason } from './reason.js';
import type { Text } from './text.js';

/** What stands beside a date that rests on a year whose holidays are not announced yet. */
export const PROVISIONAL: Text = {
  'zh-CN': '节假日安排公布前暂计',
  en: 'provisional until the holidays of that year are announced',
};

export const partOf = (matter: Matter, utility: Utility): Part | undefined =>
  matter.parts.find((part) => part.utility === utility);

/** The day by which the utility promises to be done: its limit in working days, the first day not counted. */
export const promisedDate = (part: Part, calendar: Calendar, registeredOn: string): string =>
  addWorkingDays(calendar, registeredOn, part.limit.days);

/** The day a stage is planned for, as long as the clock does not stop. */
export const plannedDate = (stage: Stage, calendar: Calendar, registeredOn: string): string =>
  addWorkingDays(calendar, registeredOn, stage.plannedDay);

/** By when the holder of a stopped job must act where the provider does not say. */
export function holderDueDate(part: Part, reason: Reason, calendar: Calendar, stoppedOn: string): string {
  const usual = reason.holder === 'applicant' ? part.correctionDays : part.holdDays;
  return addWorkingDays(calendar, stoppedOn, reason.dueDays ?? usual);
}

/** What of the applicant and his agent a utility may know for this matter; nothing where it has no part in it. */
export const personalFields = (matter: Matter, utility: Utility): Personal =>
  partOf(matter, utility)?.personal ?? { applicant: [], agent: [] };

/** The materials that one part needs of these people, the matter's shared ones first. */
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
