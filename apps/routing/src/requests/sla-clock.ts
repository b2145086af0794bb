import { addWorkingDays, shanghaiDate, workingDaysBetween, type Calendar } from '@lianban/catalogue';

/** From the day a stop began to the day it ended. */
export interface Stop {
  from: string;
  to: string;
}

/** The time limit of a job. Dates are in Asia/Shanghai; a stop moves the date when it ends. */
export interface SlaClock {
  /** The date promised without the stops. */
  promisedDate: string;
  slaDate: string;
  /** Was it counted with days of a year whose holidays are not announced yet? */
  slaProvisional: boolean;
  /** The date it was stopped on; null while it runs. */
  stoppedOn: string | null;
  /** The stops that are over. */
  stops: Stop[];
  /** When it last started or stopped. */
  clockSince: string;
}

/** The clock of a promise that has just been made. */
export const startClock = (promisedDate: string, since: string, calendar: Calendar): SlaClock => ({
  promisedDate,
  slaDate: promisedDate,
  slaProvisional: calendar.isProvisional(promisedDate),
  stoppedOn: null,
  stops: [],
  clockSince: since,
});

/** A stop begins: the utility's time no longer runs (contract, permits, the customer's own works). */
export function stopClock(clock: SlaClock, now: Date): void {
  if (clock.stoppedOn) return;
  clock.stoppedOn = shanghaiDate(now);
  clock.clockSince = now.toISOString();
}

/** A stop ends: the date moves by the working days it lasted. */
export function resumeClock(clock: SlaClock, now: Date, calendar: Calendar): void {
  if (!clock.stoppedOn) return;
  const stop = { from: clock.stoppedOn, to: shanghaiDate(now) };
  clock.slaDate = addWorkingDays(calendar, clock.slaDate, daysOf(stop, calendar));
  clock.slaProvisional = calendar.isProvisional(clock.slaDate);
  clock.stoppedOn = null;
  clock.stops = [...clock.stops, stop];
  clock.clockSince = now.toISOString();
}

/** Counts the clock anew from the date promised, by a calendar that knows more. */
export function recountClock(clock: SlaClock, promisedDate: string, calendar: Calendar): void {
  const stopped = clock.stops.reduce((days, each) => days + daysOf(each, calendar), 0);
  clock.promisedDate = promisedDate;
  clock.slaDate = addWorkingDays(calendar, promisedDate, stopped);
  clock.slaProvisional = calendar.isProvisional(clock.slaDate);
}

const daysOf = ({ from, to }: Stop, calendar: Calendar): number =>
  Math.max(0, workingDaysBetween(calendar, from, to));

/** Working days left of the promise; negative when it is overdue. A stopped clock keeps what it had. */
export function remainingDays({ slaDate, stoppedOn }: SlaClock, now: Date, calendar: Calendar): number {
  const from = stoppedOn ?? shanghaiDate(now);
  return from <= slaDate
    ? workingDaysBetween(calendar, from, slaDate)
    : 0 - workingDaysBetween(calendar, slaDate, from);
}
