import { addWorkingDays, shanghaiDate, type Calendar } from '@lianban/catalogue';
import { isEnd } from '@lianban/contracts';
import type { Context } from './context.js';
import { want } from './follow-dossier.js';
import type { Job, RequestFile } from './request-file.js';

/**
 * Reminds a working day before a date and acts a working day past it: the applicant's turn lapses and the job is
 * withdrawn, anybody else's is handed to the operator, an overdue promise is said to be overdue. The yellow and the red
 * card of the Shandong hotline rule (2017) have the same days.
 */
export function lookAtClocks(file: RequestFile, context: Context): void {
  const today = shanghaiDate(context.now);
  for (const job of file.jobs) {
    const date = isEnd(job.state) ? null : dateOf(job);
    if (!date) continue;
    if (today >= dayBefore(date, context.catalogue.calendar)) job.remindedFor = date;
    if (job.lapsedFor !== date && today >= dayAfter(date, context.catalogue.calendar))
      lapse(file, job, date, context);
  }
}

/** The date that somebody has to keep now: the holder's, else the promise. */
const dateOf = ({ state, holderDueDate, clock }: Job): string | null =>
  state === 'waiting' || state === 'held' ? holderDueDate : clock.dueDate;

function lapse(file: RequestFile, job: Job, date: string, context: Context): void {
  job.lapsedFor = date;
  job.lapsed = job.state === 'waiting' ? 'withdrawn' : job.state === 'held' ? 'operator' : 'overdue';
  if (job.state !== 'waiting' || job.withdrawnFor) return;
  job.withdrawnFor = 'lapsed';
  want(file.dossier!, job, context);
}

const dayAfter = (date: string, calendar: Calendar): string => addWorkingDays(calendar, date, 1);
const dayBefore = (date: string, calendar: Calendar): string => addWorkingDays(calendar, date, -1);

/** The first date on which there is something to do; null when there is nothing to wait for. */
export function nextLook(file: RequestFile, calendar: Calendar): string | null {
  const dates = file.jobs.flatMap((job) => {
    const date = isEnd(job.state) ? null : dateOf(job);
    if (!date) return [];
    if (job.remindedFor !== date) return [dayBefore(date, calendar)];
    return job.lapsedFor === date ? [] : [dayAfter(date, calendar)];
  });
  return dates.toSorted()[0] ?? null;
}
