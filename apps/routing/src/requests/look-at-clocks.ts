import { addWorkingDays, lastDayOf, shanghaiDate, type Calendar } from '@lianban/catalogue';
import { isTerminal, type JobState } from '@lianban/contracts';
import type { Context } from './context.js';
import { want } from './follow-dossier.js';
import type { Job, RequestFile } from './request-file.js';

/**
 * Reminds a working day before a date and acts a working day past it: the applicant's turn lapses and the job is
 * withdrawn, once intake takes no answer any more; anybody else's, and what a provider would not let go, is handed to the
 * operator; an overdue promise is said to be overdue. The yellow and the red card of the Shandong hotline rule (2017) have
 * the same days.
 */
export function lookAtClocks(file: RequestFile, context: Context): void {
  const today = shanghaiDate(context.now);
  const { calendar } = context.catalogue;
  for (const job of file.jobs) {
    if (isTerminal(job.state)) continue;
    const date = dateToKeep(job);
    if (today >= dayBefore(date, calendar)) job.remindedFor = date;
    if (isAnswerable(job) || hasLapsed(job, date)) continue;
    if (today >= dayAfter(date, calendar)) lapse(file, job, date, context);
  }
}

/** Intake takes answers until it says that it takes none any more: what it took in time may still be on its way here. */
const isAnswerable = ({ state, correction, closedCorrections }: Job): boolean =>
  state === 'waiting' && correction !== null && !closedCorrections.includes(correction.id);

/** The date that somebody has to keep now: the holder's, else the promise, so that nothing waits for ever. */
export const dateToKeep = ({ state, holderDueDate, clock }: Job): string =>
  (isStopped(state) ? holderDueDate : null) ?? clock.dueDate;

/** Does that date rest on a year whose holidays are not announced yet? */
export const isProvisional = ({ state, holderDueDate, holderDueDateProvisional, clock }: Job): boolean =>
  isStopped(state) && holderDueDate ? holderDueDateProvisional : clock.provisional;

const isStopped = (state: JobState): boolean => state === 'waiting' || state === 'held';

function lapse(file: RequestFile, job: Job, date: string, context: Context): void {
  job.lapsedFor = date;
  job.lapsed = whatBecomesOf(job);
  if (job.lapsed !== 'withdrawn' || job.withdrawnFor) return;
  job.withdrawnFor = 'lapsed';
  want(file.dossier!, job, context);
}

function whatBecomesOf({ state, holder, withdrawal, withdrawnFor }: Job): string {
  if (!isStopped(state)) return 'overdue';
  if (withdrawnFor && withdrawal === 'refused') return 'operator';
  return state === 'waiting' || holder === 'applicant' ? 'withdrawn' : 'operator';
}

/** Was this date acted on, for who has the ball now? A promise and a holder's date may fall on one day. */
const hasLapsed = (job: Job, date: string): boolean =>
  job.lapsedFor === date && job.lapsed === whatBecomesOf(job);

/** A working day past the day on which the limit ended. */
const dayAfter = (date: string, calendar: Calendar): string =>
  addWorkingDays(calendar, lastDayOf(calendar, date), 1);

const dayBefore = (date: string, calendar: Calendar): string => addWorkingDays(calendar, date, -1);

/** The first date on which there is something to do; null when there is nothing to wait for. */
export function nextLook(file: RequestFile, calendar: Calendar): string | null {
  const dates = file.jobs.flatMap((job) => {
    if (isTerminal(job.state)) return [];
    const date = dateToKeep(job);
    if (job.remindedFor !== date) return [dayBefore(date, calendar)];
    return isAnswerable(job) || hasLapsed(job, date) ? [] : [dayAfter(date, calendar)];
  });
  return dates.toSorted()[0] ?? null;
}
