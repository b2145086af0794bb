import fc from 'fast-check';
import {
  addWorkingDays,
  Calendar,
  isWorkingDay,
  lastDayOf,
  shanghaiDate,
  workingDaysBetween,
} from './calendar.js';
import { readFiles } from './files.js';
import { loadCatalogue, SHIPPED_FOLDER } from './load-catalogue.js';

const { calendar } = loadCatalogue();
const files = readFiles(SHIPPED_FOLDER).calendar;
const dayOf = (instant: Date) => instant.toISOString().slice(0, 10);
const anyDay = fc
  .date({ min: new Date('2022-06-01'), max: new Date('2026-05-31'), noInvalidDate: true })
  .map(dayOf);

describe('the working-day calendar', () => {
  it.each([
    ['2022-09-29', 6, '2022-10-12'],
    ['2022-09-29', 22, '2022-11-03'],
    ['2026-02-13', 5, '2026-02-27'],
    ['2025-01-24', 5, '2025-02-07'],
    ['2024-02-08', 3, '2024-02-19'],
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-09-19', 1, '2026-09-20'],
  ])('counts from %s, which does not count, %i working days to %s', (from, days, to) => {
    expect(addWorkingDays(calendar, from, days)).toBe(to);
  });

  it.each([
    ['2022-10-09', true, 'a Sunday that is made up'],
    ['2022-10-07', false, 'a Friday off'],
    ['2022-12-31', false, 'the last day off of a year'],
    ['2023-01-03', true, 'an ordinary Tuesday'],
    ['2024-02-18', true, 'the Sunday after the Spring Festival'],
    ['2025-06-02', false, 'a Monday off at the end of a range over two months'],
    ['2026-02-14', true, 'a Saturday that is made up'],
    ['2026-11-22', false, 'an ordinary Sunday'],
  ])('knows whether %s is worked: %s, %s', (date, worked) => {
    expect(isWorkingDay(calendar, date)).toBe(worked);
  });

  it('counts backwards from a date, which does not count either', () => {
    expect(addWorkingDays(calendar, '2022-10-12', -1)).toBe('2022-10-11');
    expect(addWorkingDays(calendar, '2022-10-08', -1)).toBe('2022-09-30');
    expect(addWorkingDays(calendar, '2022-10-05', -1)).toBe('2022-09-30');
  });

  it('leaves a date where it is when no day is added, worked or not', () => {
    expect(addWorkingDays(calendar, '2022-10-05', 0)).toBe('2022-10-05');
  });

  it('finds the days between that were added, in either direction', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -90, max: 90 }), (date, n) => {
        expect(workingDaysBetween(calendar, date, addWorkingDays(calendar, date, n))).toBe(n);
      }),
    );
  });

  it('always lands on a working day', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 90 }), fc.boolean(), (date, n, back) => {
        expect(isWorkingDay(calendar, addWorkingDays(calendar, date, back ? -n : n))).toBe(true);
      }),
    );
  });

  it('adds in two steps what it adds in one', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(40), fc.nat(40), (date, one, two) => {
        const inTwo = addWorkingDays(calendar, addWorkingDays(calendar, date, one), two);
        expect(inTwo).toBe(addWorkingDays(calendar, date, one + two));
      }),
    );
  });

  it.each(['2024-02-30', '2024-1-2', ''])('takes "%s" for no day', (date) => {
    expect(() => isWorkingDay(calendar, date)).toThrow(RangeError);
    expect(() => addWorkingDays(calendar, date, 1)).toThrow(RangeError);
  });

  it('ends a limit that falls on a day off with the next working day', () => {
    expect(lastDayOf(calendar, '2026-10-01')).toBe('2026-10-08');
    expect(lastDayOf(calendar, '2026-11-27')).toBe('2026-11-27');
  });
});

describe('a year without its notice', () => {
  it('has provisional days: a heat connection asked for on 27 November 2026 is promised for 11 January 2027', () => {
    expect(addWorkingDays(calendar, '2026-11-27', 30)).toBe('2027-01-11');
    expect(calendar.isProvisional('2027-01-11')).toBe(true);
    expect(calendar.isProvisional('2026-12-31')).toBe(false);
  });

  it.each([
    ['2027-01-01', 'New Year'],
    ['2027-02-05', 'New Year’s Eve of the lunar year'],
    ['2027-02-09', 'the working day for the first day of the lunar year, a Saturday'],
    ['2027-04-05', 'Qingming'],
    ['2027-05-03', 'the working day for 1 May, a Saturday'],
    ['2027-06-09', 'Dragon Boat'],
    ['2027-09-15', 'Mid-Autumn'],
    ['2027-10-04', 'the working day for 2 October, a Saturday'],
  ])('takes %s off: %s', (date) => {
    expect(isWorkingDay(calendar, date)).toBe(false);
  });

  it('works no weekend day', () => {
    for (let day = Date.parse('2027-01-02'); day < Date.parse('2028-01-01'); day += 7 * 86_400_000)
      expect(isWorkingDay(calendar, dayOf(new Date(day)))).toBe(false);
  });

  it('can be counted into and back from, and beyond what almanacs reach', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), (n) => {
        const there = addWorkingDays(calendar, '2026-11-27', n);
        expect(workingDaysBetween(calendar, '2026-11-27', there)).toBe(n);
      }),
    );
    expect(isWorkingDay(calendar, '2150-10-01')).toBe(false);
  });
});

/**
 * How many days later (+) or earlier (-) than by the year's notice a date lies that is counted by the law alone, over every
 * day of registration from the December before and limits of 5, 10, 20 and 30 working days.
 */
function distances(year: number): { earliest: number; latest: number; mean: number } {
  const lawful = new Calendar(files.filter((notice) => notice.year < year));
  const found: number[] = [];
  for (let at = Date.parse(`${year - 1}-12-01`); at <= Date.parse(`${year}-12-31`); at += 86_400_000)
    for (const limit of [5, 10, 20, 30]) {
      const from = dayOf(new Date(at));
      const [counted, real] = [lawful, calendar].map((each) => addWorkingDays(each, from, limit)) as [
        string,
        string,
      ];
      if (counted >= `${year}-01-01` && counted <= `${year}-12-31` && real <= `${year}-12-31`)
        found.push((Date.parse(counted) - Date.parse(real)) / 86_400_000);
    }
  const mean = found.reduce((sum, each) => sum + Math.abs(each), 0) / found.length;
  return { earliest: Math.min(...found), latest: Math.max(...found), mean: Math.round(mean * 10) / 10 };
}

describe('a date promised by provisional days', () => {
  // docs/decisions/provisional-days.md tells these figures.
  it.each([
    [2022, { earliest: -3, latest: 5, mean: 0.2 }],
    [2023, { earliest: -3, latest: 4, mean: 0.2 }],
    [2024, { earliest: -3, latest: 6, mean: 0.3 }],
    [2025, { earliest: -4, latest: 7, mean: 0.3 }],
    [2026, { earliest: -3, latest: 6, mean: 0.2 }],
  ])('lies beside that of the notice of %i by these days at most', (year, expected) => {
    expect(distances(year)).toEqual(expected);
  });
});

describe('shanghaiDate', () => {
  it('is the day in Shandong, whatever the day in Greenwich', () => {
    expect(shanghaiDate(new Date('2026-02-14T15:59:59.999Z'))).toBe('2026-02-14');
    expect(shanghaiDate(new Date('2026-02-14T16:00:00Z'))).toBe('2026-02-15');
    expect(shanghaiDate(new Date('2025-12-31T16:30:00Z'))).toBe('2026-01-01');
  });
});
