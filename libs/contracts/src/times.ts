import { ValidateBy } from 'class-validator';

/** Is it a day `YYYY-MM-DD` that exists, from the year 1 on? */
export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || value < '0001') return false;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

/** A day `YYYY-MM-DD` that exists: a database takes no other for a date. */
export const IsDay = () => ValidateBy({ name: 'isDay', validator: { validate: isDay } });

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Is it a time as RFC 3339 writes it, with its offset, in the years 1 to 9999 of UTC? */
export function isInstant(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [, day] = INSTANT.exec(value) ?? [];
  if (!isDay(day)) return false;
  const year = new Date(value).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** A time that every reader takes for the same instant: RFC 3339 with an offset. */
export const IsInstant = () => ValidateBy({ name: 'isInstant', validator: { validate: isInstant } });
