import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsObject, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';

const together = (...decorators: PropertyDecorator[]): PropertyDecorator => {
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
};

/** One object of the class. */
export const Nested = (type: () => new () => object) => together(IsObject(), ValidateNested(), Type(type));

/** A list of objects of the class. */
export const NestedList = (type: () => new () => object) =>
  together(IsArray(), IsObject({ each: true }), ValidateNested({ each: true }), Type(type));

export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

/** A day of the calendar, `YYYY-MM-DD`. */
export const IsDay = () =>
  ValidateBy({
    name: 'isDay',
    validator: { validate: isDay, defaultMessage: () => '$property must be a day YYYY-MM-DD' },
  });

function compiles(value: unknown): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** A regular expression, compiled with the flag `u`. */
export const IsPattern = () =>
  ValidateBy({
    name: 'isPattern',
    validator: { validate: compiles, defaultMessage: () => '$property must be a regular expression' },
  });

/** May be left out, but not be null. */
export const MayBeAbsent = () => ValidateIf((_, value) => value !== undefined);
