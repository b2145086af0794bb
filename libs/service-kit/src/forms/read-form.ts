import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '../problems/problem.js';
import { pointerStep } from './json-pointer.js';
import { isValid } from './is-valid.js';
import { findShapeErrors } from './shape-errors.js';
import { messageFor } from './messages.js';
import type { ErrorMessage } from './messages.js';

export interface ReadForm<T> {
  form: T;
  /** Every error; do not use `form` unless this is empty. */
  errors: FieldError[];
}

// If the type is wrong, its length or range says nothing more.
const TYPE_CONSTRAINTS = [
  'isString',
  'isInt',
  'isNumber',
  'isBoolean',
  'isArray',
  'isObject',
  'nestedValidation',
];
const MAX_ERRORS = 100;

const VALIDATION_OPTIONS = {
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
  const kind = broken.find((name) => TYPE_CONSTRAINTS.includes(name));
  return kind ? [kind] : broken;
}

function messagesOf(error: ValidationError): ErrorMessage[] {
  const broken = constraintsOf(error);
  const isMissing = error.value === undefined || error.value === null;
  if (isMissing && broken.length > 0) return [messageFor('isDefined')];
  return broken.map((name) => ({
    ...messageFor(name, limitsOf(error, name)),
    ...customMessage(error, name),
  }));
}

interface MessageContext extends Partial<ErrorMessage> {
  describe?: (value: unknown) => ErrorMessage | undefined;
}

function customMessage(error: ValidationError, name: string): Partial<ErrorMessage> | undefined {
  const { describe, ...message } = (error.contexts?.[name] ?? {}) as MessageContext;
  return describe ? describe(error.value) : message;
}

function flatten(error: ValidationError, above = ''): FieldError[] {
  const pointer = above + pointerStep(error.property);
  const own = messagesOf(error).map((message) => ({ pointer, ...message }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, pointer))];
}

function errorsIn(form: object): FieldError[] {
  const shape = findShapeErrors(form);
  if (shape.length === 0 && isValid(form, VALIDATION_OPTIONS)) return [];
  const isWithin = (pointer: string) =>
    shape.some((wrong) => pointer === wrong.pointer || pointer.startsWith(`${wrong.pointer}/`));
  const found = validateSync(form, VALIDATION_OPTIONS).flatMap((error) => flatten(error));
  return [...shape, ...found.filter(({ pointer }) => !isWithin(pointer))];
}

/**
 * Reads a body as a form and finds every error at once, each with a stable code, a pointer and a sentence. A constraint may
 * bring its own message as `{ context: { code, text } }`, or `{ context: { describe } }` if it depends on the value. A field
 * that the class does not name is an error. Callers may add errors and throw `InvalidForm`.
 */
export function readForm<T extends object>(Form: new () => T, body: unknown): ReadForm<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { form: new Form(), errors: [{ pointer: '', ...messageFor('isObject') }] };
  const form = plainToInstance(Form, body);
  return { form, errors: errorsIn(form).slice(0, MAX_ERRORS) };
}
