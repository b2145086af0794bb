import { addWorkingDays, shanghaiDate, workingDaysBetween, type Calendar } from '@lianban/catalogue';
import type { Clock } from './request-file.js';

/** The clock of a promise that has just been made. */
export const startClock = (promisedDate: string, since: string, calendar: Calendar): Clock => ({
  dueDate: promisedDate,
  provisional: calendar.isProvisional(promisedDate),
  stoppedOn: null,
  stops: [],
  since,
});

/** A stop begins: the utility's time no longer runs (domain: contract, permits, the customer's own works). */
export function stop(clock: Clock, now: Date): Clock {
  return clock.stoppedOn ? clock : { ...clock, stoppedOn: shanghaiDate(now), since: now.toISOString() };
}

/** A stop ends: the due date moves by the working days it lasted. */
export function resume(clock: Clock, now: Date, calendar: Calendar): Clock {
  if (!clock.stoppedOn) return clock;
  const stopped = { from: clock.stoppedOn, to: shanghaiDate(now) };
  const dueDate = addWorkingDays(calendar, clock.dueDate, daysOf(stopped, calendar));
  return {
    dueDate,
    provisional: calendar.isProvisional(dueDate),
    stoppedOn: null,
    stops: [...clock.stops, stopped],
    since: now.toISOString(),
  };
}

/** The same clock counted anew from the date promised, by a calendar that knows more. */
export function recount(clock: Clock, promisedDate: string, calendar: Calendar): Clock {
  const stopped = clock.stops.reduce((days, each) => days + daysOf(each, calendar), 0);
  const dueDate = addWorkingDays(calendar, promisedDate, stopped);
  return { ...clock, dueDate, provisional: calendar.isProvisional(dueDate) };
}

const daysOf = ({ from, to }: Clock['stops'][number], calendar: Calendar): number =>
  Math.max(0, workingDaysBetween(calendar, from, to));

/** Working days left of the promise; negative when it is overdue. A stopped clock keeps what it had. */
export function remainingDays(clock: Clock, now: Date, calendar: Calendar): number {
  const from = clock.stoppedOn ?? shanghaiDate(now);
  return from <= clock.dueDate
    ? workingDaysBetween(calendar, from, clock.dueDate)
    : 0 - workingDaysBetween(calendar, clock.dueDate, from);
}
