import { isOff, type CalendarYear } from './calendar-year.js';

const DAY = 86_400_000;
const WEEKEND = [0, 6];

/** The calendar does not say whether this day is worked; guessing would be a false promise. */
export class CalendarUncovered extends Error {
  constructor(
    readonly date: string,
    readonly firstYear: number,
    readonly lastYear: number,
  ) {
    super(`${date} is no day of the calendar, which covers ${firstYear} to ${lastYear}`);
  }
}

/** The working days of the covered years, laid out so that counting them costs two look-ups. */
export class Calendar {
  readonly firstYear: number;
  readonly lastYear: number;
  private readonly position = new Map<string, number>();
  private readonly workedUpTo: number[] = [];
  private readonly workingDays: string[] = [];

  /** Takes consecutive years in order. */
  constructor(years: readonly CalendarYear[]) {
    this.firstYear = years[0]!.year;
    this.lastYear = years.at(-1)!.year;
    for (const year of years) this.add(year);
  }

  private add(year: CalendarYear): void {
    for (let at = Date.UTC(year.year, 0, 1); at < Date.UTC(year.year + 1, 0, 1); at += DAY) {
      const day = new Date(at);
      const date = day.toISOString().slice(0, 10);
      if (isWorked(year, date.slice(5), day.getUTCDay())) this.workingDays.push(date);
      this.position.set(date, this.workedUpTo.push(this.workingDays.length) - 1);
    }
  }

  /** How many covered days up to and including this one are worked. */
  countUpTo(date: string): number {
    return this.workedUpTo[this.positionOf(date)]!;
  }

  /** How many covered days before this one are worked. */
  countBefore(date: string): number {
    return this.workedUpTo[this.positionOf(date) - 1] ?? 0;
  }

  /** The nth covered working day, from 1. */
  nth(n: number): string {
    const date = this.workingDays[n - 1];
    if (date) return date;
    throw this.uncovered(n < 1 ? `a day before ${this.firstYear}` : `a day after ${this.lastYear}`);
  }

  private positionOf(date: string): number {
    const position = this.position.get(date);
    if (position === undefined) throw this.uncovered(date);
    return position;
  }

  private uncovered(date: string) {
    return new CalendarUncovered(date, this.firstYear, this.lastYear);
  }
}

const isWorked = (year: CalendarYear, monthDay: string, weekday: number): boolean =>
  year.makeUp.includes(monthDay) || !(WEEKEND.includes(weekday) || isOff(year, monthDay));

export const isWeekend = (date: string): boolean =>
  WEEKEND.includes(new Date(`${date}T00:00:00Z`).getUTCDay());

/** The day it is in Shandong at that instant, `YYYY-MM-DD`. */
export const shanghaiDate = (instant: Date): string =>
  new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** Is it worked? Throws CalendarUncovered, as all below. */
export const isWorkingDay = (calendar: Calendar, date: string): boolean =>
  calendar.countUpTo(date) > calendar.countBefore(date);

/** The nth working day after the date, which itself does not count (Civil Code 201); before it when n is negative. */
export function addWorkingDays(calendar: Calendar, date: string, n: number): string {
  if (n > 0) return calendar.nth(calendar.countUpTo(date) + n);
  const before = calendar.countBefore(date);
  return n === 0 ? date : calendar.nth(before + 1 + n);
}

/** Working days after `from` up to and including `to`; negative when `to` is earlier: what addWorkingDays undoes. */
export const workingDaysBetween = (calendar: Calendar, from: string, to: string): number =>
  from <= to
    ? calendar.countUpTo(to) - calendar.countUpTo(from)
    : calendar.countBefore(to) - calendar.countBefore(from);
