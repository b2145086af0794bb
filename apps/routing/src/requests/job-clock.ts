import { addWorkingDays, shanghaiDate, workingDaysBetween, type Calendar } from '@lianban/catalogue';
import type { Clock } from './request-file.js';

/** A stop begins: the utility's time no longer runs (domain: contract, permits, the customer's own works). */
export function stop(clock: Clock, now: Date): Clock {
  return clock.stoppedOn ? clock : { ...clock, stoppedOn: shanghaiDate(now), since: now.toISOString() };
}

/** A stop ends: the due date moves by the working days it lasted. */
export function resume(clock: Clock, now: Date, calendar: Calendar): Clock {
  if (!clock.stoppedOn) return clock;
  const lost = workingDaysBetween(calendar, clock.stoppedOn, shanghaiDate(now));
  return {
    dueDate: addWorkingDays(calendar, clock.dueDate, lost),
    stoppedOn: null,
    since: now.toISOString(),
  };
}

/** Working days left of the promise; negative when it is overdue. A stopped clock keeps what it had. */
export function remainingDays(clock: Clock, now: Date, calendar: Calendar): number {
  const from = clock.stoppedOn ?? shanghaiDate(now);
  return from <= clock.dueDate
    ? workingDaysBetween(calendar, from, clock.dueDate)
    : 0 - workingDaysBetween(calendar, clock.dueDate, from);
}
