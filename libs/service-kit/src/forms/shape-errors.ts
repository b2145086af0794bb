import { getMetadataStorage } from 'class-validator';
import type { FieldError } from '../problems/problem.js';
import { pointerStep } from './json-pointer.js';
import { messageFor } from './messages.js';

interface FieldShape {
  isList: boolean;
  isNested: boolean;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shapesByClass = new Map<unknown, Map<string, FieldShape>>();

function shapesOf(form: object): Map<string, FieldShape> {
  const before = shapesByClass.get(form.constructor);
  if (before) return before;
  const places = new Map<string, FieldShape>();
  const metadata = getMetadataStorage().getTargetValidationMetadatas(form.constructor, '', false, false);
  for (const { propertyName, each, type } of metadata) {
    const { isList = false, isNested = false } = places.get(propertyName) ?? {};
    places.set(propertyName, { isList: isList || each, isNested: isNested || type === 'nestedValidation' });
  }
  shapesByClass.set(form.constructor, places);
  return places;
}

const objectErrors = (value: unknown, pointer: string) =>
  isPlain(value) ? findShapeErrors(value, pointer) : [{ pointer, ...messageFor('isObject') }];

function errorsAt(value: unknown, { isList, isNested }: FieldShape, pointer: string): FieldError[] {
  if (value === undefined || value === null || !(isList || isNested)) return [];
  if (!isList) return objectErrors(value, pointer);
  if (!Array.isArray(value)) return [{ pointer, ...messageFor('isArray') }];
  return isNested ? value.flatMap((item, index) => objectErrors(item, `${pointer}/${String(index)}`)) : [];
}

/**
 * Finds lists where the class has one object, and single values where it has a list. class-validator accepts both, and
 * `[[]]` as a list of forms.
 */
export function findShapeErrors(form: object, above = ''): FieldError[] {
  return [...shapesOf(form)].flatMap(([field, place]) =>
    errorsAt((form as Record<string, unknown>)[field], place, above + pointerStep(field)),
  );
}
