import { getMetadataStorage } from 'class-validator';
import type { FieldError } from '../problems/problem.js';
import { pointerStep } from './json-pointer.js';
import { messageFor } from './sentences.js';

interface Place {
  isList: boolean;
  isNested: boolean;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const known = new Map<unknown, Map<string, Place>>();

function placesOf(form: object): Map<string, Place> {
  const before = known.get(form.constructor);
  if (before) return before;
  const places = new Map<string, Place>();
  const metadata = getMetadataStorage().getTargetValidationMetadatas(form.constructor, '', false, false);
  for (const { propertyName, each, type } of metadata) {
    const { isList = false, isNested = false } = places.get(propertyName) ?? {};
    places.set(propertyName, { isList: isList || each, isNested: isNested || type === 'nestedValidation' });
  }
  known.set(form.constructor, places);
  return places;
}

const objectErrors = (value: unknown, pointer: string) =>
  isPlain(value) ? misshapen(value, pointer) : [{ pointer, ...messageFor('isObject') }];

function errorsAt(value: unknown, { isList, isNested }: Place, pointer: string): FieldError[] {
  if (value === undefined || value === null || !(isList || isNested)) return [];
  if (!isList) return objectErrors(value, pointer);
  if (!Array.isArray(value)) return [{ pointer, ...messageFor('isArray') }];
  return isNested ? value.flatMap((item, index) => objectErrors(item, `${pointer}/${String(index)}`)) : [];
}

/**
 * Every list where one object is meant, and every single thing where a list is meant: class-validator looks through
 * both, and would let `[[]]` pass for a list of forms.
 */
export function misshapen(form: object, above = ''): FieldError[] {
  return [...placesOf(form)].flatMap(([field, place]) =>
    errorsAt((form as Record<string, unknown>)[field], place, above + pointerStep(field)),
  );
}
