import { festivalsOf } from './festivals.js';

const DAY_MS = 86_400_000;
/** Since then New Year's Eve and 2 May are holidays too: thirteen days instead of eleven. */
const THIRTEEN_DAYS_SINCE = 2025;

const isoDate = (at: number): string => new Date(at).toISOString().slice(0, 10);
const isWeekend = (at: number): boolean => [0, 6].includes(new Date(at).getUTCDay());

/** The statutory holidays of a year, grouped (全国年节及纪念日放假办法, article 2), `YYYY-MM-DD`. */
export function statutoryHolidays(year: number): string[][] {
  return holidaysOf(year).map((days) => days.map(isoDate));
}

/** Days off by law, except weekends: the holidays, and a working day for each on a weekend (article 7). */
export function lawfulDaysOff(year: number): Set<string> {
  const holidays = holidaysOf(year);
  const off = new Set(holidays.flat());
  for (const days of holidays)
    for (const _ of days.filter(isWeekend)) off.add(nextWorked(days.at(-1)! + DAY_MS, off));
  return new Set([...off].map(isoDate));
}

function nextWorked(from: number, off: ReadonlySet<number>): number {
  let day = from;
  while (off.has(day) || isWeekend(day)) day += DAY_MS;
  return day;
}

function holidaysOf(year: number): number[][] {
  const isThirteen = year >= THIRTEEN_DAYS_SINCE;
  const days = (monthDay: string, count: number): number[] =>
    Array.from({ length: count }, (_, index) => Date.parse(`${year}-${monthDay}`) + index * DAY_MS);
  const festivals = festivalsOf(year);
  const spring = festivals && days(festivals.springFestival, 3);
  return [
    days('01-01', 1),
    ...(spring ? [isThirteen ? [spring[0]! - DAY_MS, ...spring] : spring] : []),
    ...(festivals ? [days(festivals.qingming, 1)] : []),
    days('05-01', isThirteen ? 2 : 1),
    ...(festivals ? [days(festivals.dragonBoat, 1), days(festivals.midAutumn, 1)] : []),
    days('10-01', 3),
  ];
}
