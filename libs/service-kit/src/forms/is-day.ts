import { ValidateBy } from 'class-validator';

/** Is it a day `YYYY-MM-DD` that exists, from the year 1 on? */
export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || value < '0001') return false;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

/** A day `YYYY-MM-DD` that exists: a database takes no other for a date. */
export const IsDay = () => ValidateBy({ name: 'isDay', validator: { validate: isDay } });
