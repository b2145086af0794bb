import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '../problems/problem.js';
import { pointerStep } from './json-pointer.js';
import { isValid } from './is-sound.js';
import { misshapen } from './misshapen.js';
import { messageFor } from './sentences.js';
import type { Complaint } from './sentences.js';

export interface ReadForm<T> {
  form: T;
  /** Everything wrong with it; where it is not empty, `form` is not to be used. */
  errors: FieldError[];
}

// Where the kind is wrong already, its length or range says nothing more.
const KINDS = ['isString', 'isInt', 'isNumber', 'isBoolean', 'isArray', 'isObject', 'nestedValidation'];
const LONGEST_LIST_OF_ERRORS = 100;

const RULES = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { value: true },
};

function limitsOf(error: ValidationError, constraint: string): unknown[] {
  const Target = error.target?.constructor;
  if (!Target) return [];
  return (
    getMetadataStorage()
      .getTargetValidationMetadatas(Target, '', false, false)
      .find(({ propertyName, name }) => propertyName === error.property && name === constraint)
      ?.constraints ?? []
  );
}

function constraintsOf(error: ValidationError): string[] {
  const broken = Object.keys(error.constraints ?? {});
  const kind = broken.find((name) => KINDS.includes(name));
  return kind ? [kind] : broken;
}

function complaintsOf(error: ValidationError): Complaint[] {
  const broken = constraintsOf(error);
  const isMissing = error.value === undefined || error.value === null;
  if (isMissing && broken.length > 0) return [messageFor('isDefined')];
  return broken.map((name) => ({
    ...messageFor(name, limitsOf(error, name)),
    ...ownComplaint(error, name),
  }));
}

interface Context extends Partial<Complaint> {
  about?: (value: unknown) => Complaint | undefined;
}

function ownComplaint(error: ValidationError, name: string): Partial<Complaint> | undefined {
  const { about, ...complaint } = (error.contexts?.[name] ?? {}) as Context;
  return about ? about(error.value) : complaint;
}

function flatten(error: ValidationError, above = ''): FieldError[] {
  const pointer = above + pointerStep(error.property);
  const own = complaintsOf(error).map((complaint) => ({ pointer, ...complaint }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, pointer))];
}

function errorsIn(form: object): FieldError[] {
  const shape = misshapen(form);
  if (shape.length === 0 && isValid(form, RULES)) return [];
  const isWithin = (pointer: string) =>
    shape.some((wrong) => pointer === wrong.pointer || pointer.startsWith(`${wrong.pointer}/`));
  const found = validateSync(form, RULES).flatMap((error) => flatten(error));
  return [...shape, ...found.filter(({ pointer }) => !isWithin(pointer))];
}

/**
 * Reads what was sent as a form and finds everything wrong with it at once: a stable code, a pointer and a sentence
 * each. A constraint may bring its own as `{ context: { code, text } }`, or `{ context: { about } }` where it
 * depends on the value. What the class does not name is an error.
 * Callers add errors of their own and throw `InvalidForm`.
 */
export function readForm<T extends object>(Form: new () => T, body: unknown): ReadForm<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { form: new Form(), errors: [{ pointer: '', ...messageFor('isObject') }] };
  const form = plainToInstance(Form, body);
  return { form, errors: errorsIn(form).slice(0, LONGEST_LIST_OF_ERRORS) };
}
