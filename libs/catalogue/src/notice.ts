import { isOff, type CalendarYear } from './calendar-year.js';
import { Calendar, isWorkingDay } from './calendar.js';
import { checkYear } from './check-calendar.js';
import type { Fault } from './catalogue-invalid.js';
import { statutoryHolidays } from './statutory-holidays.js';

const DAY_MS = 86_400_000;

/** What a notice changes: days newly off and days newly worked, `YYYY-MM-DD`. */
export interface CalendarDifference {
  off: string[];
  worked: string[];
}

/** Replaces the notices of these years, ordered by year. */
export function withNotices(known: readonly CalendarYear[], fresh: readonly CalendarYear[]): CalendarYear[] {
  const byYear = new Map([...known, ...fresh].map((notice) => [notice.year, notice]));
  return [...byYear.values()].toSorted((a, b) => a.year - b.year);
}

/**
 * Checks a year's notice: its days, its year (this one or a later one that follows those known), and that no statutory holiday
 * is worked. `today` is `YYYY-MM-DD`.
 */
export function checkNotice(
  notice: CalendarYear,
  known: readonly CalendarYear[],
  today: string,
): Omit<Fault, 'file'>[] {
  const faults: Omit<Fault, 'file'>[] = [];
  const fail = (path: string, reason: string): void => void faults.push({ path, reason });
  const { year } = notice;
  const [first, last] = [Number(today.slice(0, 4)), known.at(-1)!.year + 1];
  if (year < first || year > last) fail('/year', `a notice is for ${first} to ${last}`);
  checkYear(notice, fail, []);
  for (const date of statutoryHolidays(year).flat())
    if (!isOff(notice, date.slice(5))) fail('/off', `${date} is a statutory holiday and not off`);
  return faults;
}

/** What this notice would change. */
export function differenceOf(calendar: Calendar, notice: CalendarYear): CalendarDifference {
  const announced = new Calendar([notice]);
  const difference: CalendarDifference = { off: [], worked: [] };
  for (let at = Date.UTC(notice.year, 0, 1); at < Date.UTC(notice.year + 1, 0, 1); at += DAY_MS) {
    const date = new Date(at).toISOString().slice(0, 10);
    const [before, after] = [isWorkingDay(calendar, date), isWorkingDay(announced, date)];
    if (before && !after) difference.off.push(date);
    if (!before && after) difference.worked.push(date);
  }
  return difference;
}
