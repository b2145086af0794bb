import { isOff, type CalendarYear } from './calendar-year.js';
import { lawfulDaysOff } from './statutory-holidays.js';

const DAY = 86_400_000;
const WEEKEND = [0, 6];

/** The working days of one year, indexed so that counting is a look-up. */
class WorkingYear {
  /** Ordered, `YYYY-MM-DD`. */
  readonly days: string[] = [];
  private readonly workedUpTo = new Map<string, number>();

  constructor(year: number, isWorked: (date: string, weekday: number) => boolean) {
    for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY) {
      const day = new Date(at);
      const date = day.toISOString().slice(0, 10);
      if (isWorked(date, day.getUTCDay())) this.days.push(date);
      this.workedUpTo.set(date, this.days.length);
    }
  }

  /** Counts the working days of the year up to and including this day. @throws RangeError for a day of another year */
  countUpTo(date: string): number {
    const count = this.workedUpTo.get(date);
    if (count === undefined) throw new RangeError(`"${date}" is no day`);
    return count;
  }

  countBefore(date: string): number {
    const count = this.countUpTo(date);
    return this.days[count - 1] === date ? count - 1 : count;
  }
}

/**
 * Working days by the State Council's notices. In a year without a notice, weekends and the statutory holidays are off,
 * provisionally.
 */
export class Calendar {
  /** Years with a notice. */
  readonly announced: readonly number[];
  private readonly notices: ReadonlyMap<number, CalendarYear>;
  private readonly years = new Map<number, WorkingYear>();

  /** Expects the notices of consecutive years in order. */
  constructor(notices: readonly CalendarYear[]) {
    this.announced = notices.map(({ year }) => year);
    this.notices = new Map(notices.map((notice) => [notice.year, notice]));
  }

  /** The last day of the last year that has a notice. */
  get announcedUntil(): string {
    return `${this.announced.at(-1)}-12-31`;
  }

  /** Is the date beyond the announced years? */
  isProvisional(date: string): boolean {
    return date > this.announcedUntil;
  }

  year(year: number): WorkingYear {
    const known = this.years.get(year);
    if (known) return known;
    const made = this.layOut(year);
    this.years.set(year, made);
    return made;
  }

  private layOut(year: number): WorkingYear {
    const notice = this.notices.get(year);
    if (notice)
      return new WorkingYear(year, (date, weekday) => isWorkedByNotice(notice, date.slice(5), weekday));
    const off = lawfulDaysOff(year);
    return new WorkingYear(year, (date, weekday) => !WEEKEND.includes(weekday) && !off.has(date));
  }
}

const isWorkedByNotice = (notice: CalendarYear, monthDay: string, weekday: number): boolean =>
  notice.makeUp.includes(monthDay) || !(WEEKEND.includes(weekday) || isOff(notice, monthDay));

const yearOf = (date: string): number => Number(date.slice(0, 4));

export const isWeekend = (date: string): boolean =>
  WEEKEND.includes(new Date(`${date}T00:00:00Z`).getUTCDay());

/** The date in Asia/Shanghai, `YYYY-MM-DD`. */
export const shanghaiDate = (instant: Date): string =>
  new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

export function isWorkingDay(calendar: Calendar, date: string): boolean {
  const year = calendar.year(yearOf(date));
  return year.countUpTo(date) > year.countBefore(date);
}

/** The nth working day after the date, which does not count itself (Civil Code 201); before it if n is negative. */
export function addWorkingDays(calendar: Calendar, date: string, n: number): string {
  if (n === 0) return date;
  let number = yearOf(date);
  let year = calendar.year(number);
  let place = n > 0 ? year.countUpTo(date) + n : year.countBefore(date) + 1 + n;
  while (place > year.days.length) {
    place -= year.days.length;
    year = calendar.year((number += 1));
  }
  while (place < 1) {
    year = calendar.year((number -= 1));
    place += year.days.length;
  }
  return year.days[place - 1]!;
}

/** Working days after `from` up to and including `to`; negative if `to` is earlier. The inverse of addWorkingDays. */
export function workingDaysBetween(calendar: Calendar, from: string, to: string): number {
  return from <= to
    ? daysFrom(calendar, from, to, 'countUpTo')
    : 0 - daysFrom(calendar, to, from, 'countBefore');
}

function daysFrom(calendar: Calendar, from: string, to: string, count: 'countUpTo' | 'countBefore'): number {
  let days = calendar.year(yearOf(to))[count](to) - calendar.year(yearOf(from))[count](from);
  for (let year = yearOf(from); year < yearOf(to); year++) days += calendar.year(year).days.length;
  return days;
}

/** The last day of a time limit: the date, or the next working day after a day off (Civil Code 203). */
export const lastDayOf = (calendar: Calendar, date: string): string =>
  isWorkingDay(calendar, date) ? date : addWorkingDays(calendar, date, 1);
