import fc from 'fast-check';
import {
  addWorkingDays,
  CalendarUncovered,
  isWorkingDay,
  shanghaiDate,
  workingDaysBetween,
} from './calendar.js';
import { loadCatalogue } from './load-catalogue.js';

const { calendar } = loadCatalogue();
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

  it.each(['2021-12-31', '2027-01-01', '2024-02-30', '2024-1-2', ''])(
    'refuses to guess about "%s"',
    (date) => {
      expect(() => isWorkingDay(calendar, date)).toThrow(CalendarUncovered);
      expect(() => addWorkingDays(calendar, date, 0)).toThrow(CalendarUncovered);
      expect(() => addWorkingDays(calendar, date, 1)).toThrow(CalendarUncovered);
      expect(() => workingDaysBetween(calendar, '2024-01-02', date)).toThrow(CalendarUncovered);
      expect(() => workingDaysBetween(calendar, date, '2024-01-02')).toThrow(CalendarUncovered);
    },
  );

  it('refuses to count into an uncovered year at either end', () => {
    expect(addWorkingDays(calendar, '2026-12-30', 1)).toBe('2026-12-31');
    expect(() => addWorkingDays(calendar, '2026-12-30', 2)).toThrow(/2022 to 2026/);
    expect(addWorkingDays(calendar, '2022-01-05', -1)).toBe('2022-01-04');
    expect(() => addWorkingDays(calendar, '2022-01-05', -2)).toThrow(CalendarUncovered);
  });
});

describe('shanghaiDate', () => {
  it('is the day in Shandong, whatever the day in Greenwich', () => {
    expect(shanghaiDate(new Date('2026-02-14T15:59:59.999Z'))).toBe('2026-02-14');
    expect(shanghaiDate(new Date('2026-02-14T16:00:00Z'))).toBe('2026-02-15');
    expect(shanghaiDate(new Date('2025-12-31T16:30:00Z'))).toBe('2026-01-01');
  });
});
