import { ValidateBy } from 'class-validator';

/** Is it an existing day `YYYY-MM-DD`? */
export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const [year, month, day] = [value.slice(0, 4), value.slice(5, 7), value.slice(8)].map(Number) as [
    number,
    number,
    number,
  ];
  return year > 0 && month > 0 && day > 0 && day <= (daysIn(year)[month - 1] ?? 0);
}

const LEAP_YEAR = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const COMMON_YEAR = LEAP_YEAR.with(1, 28);
const daysIn = (year: number): number[] =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? LEAP_YEAR : COMMON_YEAR;

/** An existing day `YYYY-MM-DD`. */
export const IsDay = () =>
  ValidateBy({
    name: 'isDay',
    validator: { validate: isDay, defaultMessage: () => '$property must be a day YYYY-MM-DD' },
  });

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Is it an RFC 3339 time with offset, in the years 1 to 9999 of UTC? */
export function isInstant(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [, day] = INSTANT.exec(value) ?? [];
  if (!isDay(day)) return false;
  // The offset may move the first or the last day into another year.
  if (day! > '0001-01-01' && day! < '9999-12-31') return true;
  const year = new Date(value).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** An RFC 3339 time with offset. */
export const IsInstant = () => ValidateBy({ name: 'isInstant', validator: { validate: isInstant } });
