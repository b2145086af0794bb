import { addWorkingDays, lastDayOf, type Calendar } from '@lianban/catalogue';
import { isTerminal, type DeadlineOutcome } from '@lianban/contracts';
import { isOnHold, type RoutedJob } from './routed-job.js';

/** The deadline that somebody has to keep now: the holder's, else the promise, so that nothing waits for ever. */
export const activeDeadline = (job: RoutedJob): string =>
  (isOnHold(job) ? job.holderDeadline : null) ?? job.slaDate;

/** Does that deadline rest on a year whose holidays are not announced yet? */
export const isDeadlineProvisional = (job: RoutedJob): boolean =>
  isOnHold(job) && job.holderDeadline ? job.holderDeadlineProvisional : job.slaProvisional;

/** The reminder is due a working day before; the yellow card of the Shandong hotline rule (2017) has the same day. */
export const isReminderDue = (job: RoutedJob, today: string, calendar: Calendar): boolean =>
  job.remindedOf !== activeDeadline(job) && today >= dayBefore(activeDeadline(job), calendar);

/** The rule acts a working day past the deadline, once for each deadline and whoever has to keep it. */
export const isExpired = (job: RoutedJob, today: string, calendar: Calendar): boolean =>
  !isAnswerable(job) && !isMissed(job) && today >= dayAfter(activeDeadline(job), calendar);

/** What a missed deadline leads to: the applicant's turn ends the job, anybody else's goes to the operator. */
export function outcomeOf(job: RoutedJob): DeadlineOutcome {
  if (!isOnHold(job)) return 'overdue';
  if (job.cancelReason && job.withdrawal === 'refused') return 'escalated';
  return job.state === 'waiting' || job.holder === 'applicant' ? 'auto-cancelled' : 'escalated';
}

/** Is a missed deadline still the one to keep? Nothing is published of one that was kept after all, or has moved. */
export const isStillMissed = (job: RoutedJob): boolean =>
  isTerminal(job.state) || job.missedDeadline === activeDeadline(job);

/** Intake takes answers until it closes the correction: one that it took in time may still be on its way here. */
const isAnswerable = ({ state, correction, closedCorrections }: RoutedJob): boolean =>
  state === 'waiting' && correction !== null && !closedCorrections.includes(correction.id);

const isMissed = (job: RoutedJob): boolean =>
  job.missedDeadline === activeDeadline(job) && job.deadlineOutcome === outcomeOf(job);

/** A working day past the day on which the limit ended. */
const dayAfter = (date: string, calendar: Calendar): string =>
  addWorkingDays(calendar, lastDayOf(calendar, date), 1);

const dayBefore = (date: string, calendar: Calendar): string => addWorkingDays(calendar, date, -1);

/** The first date on which a deadline of these jobs needs an act; null when there is nothing to wait for. */
export function nextCheckDate(jobs: readonly RoutedJob[], calendar: Calendar): string | null {
  const dates = jobs.flatMap((job) => {
    if (isTerminal(job.state)) return [];
    const deadline = activeDeadline(job);
    if (job.remindedOf !== deadline) return [dayBefore(deadline, calendar)];
    return isAnswerable(job) || isMissed(job) ? [] : [dayAfter(deadline, calendar)];
  });
  return dates.toSorted()[0] ?? null;
}
