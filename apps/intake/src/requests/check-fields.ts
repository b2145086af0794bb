import type { Field } from '@lianban/catalogue';
import { messageFor, pointerStep, type ErrorMessage } from '@lianban/service-kit';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { describeCharacter, fieldErrors } from '../validation/messages.js';
import { findForbiddenInText } from '../texts/forbidden.js';
import { normaliseNumber, normaliseText } from '../texts/normalise.js';

const MAX_TEXT_LENGTH = 200;

/** Checks a part's fields by the catalogue and normalises texts in place; unknown fields are errors. */
export function checkFields(
  values: Record<string, unknown>,
  fields: readonly Field[],
  pointer: string,
  validation: ValidationErrors,
): void {
  for (const code of Object.keys(values))
    if (!fields.some((field) => field.code === code))
      validation.add(pointer + pointerStep(code), messageFor('whitelistValidation'));
  for (const field of fields) {
    normalise(values, field);
    const error = findError(field, values[field.code]);
    if (error) validation.add(`${pointer}/${field.code}`, error);
  }
}

function normalise(values: Record<string, unknown>, { code, type, isAccount }: Field): void {
  const value = values[code];
  if (type === 'string' && typeof value === 'string')
    values[code] = isAccount ? normaliseNumber(value) : normaliseText(value);
}

/** The fields of an answer, which may leave out required ones. */
export const allOptional = (fields: readonly Field[]): Field[] =>
  fields.map((field) => ({ ...field, required: false }));

function findError(field: Field, value: unknown): ErrorMessage | undefined {
  if (value === undefined || value === null) return field.required ? messageFor('isDefined') : undefined;
  if (field.type === 'boolean') return typeof value === 'boolean' ? undefined : messageFor('isBoolean');
  if (field.type === 'choice') return findChoiceError(field, value);
  return field.type === 'string' ? findTextError(field, value) : findNumberError(field, value);
}

function findChoiceError({ choices = [] }: Field, value: unknown): ErrorMessage | undefined {
  const codes = choices.map(({ code }) => code);
  return codes.some((code) => code === value) ? undefined : messageFor('isIn', [codes]);
}

function findTextError({ pattern }: Field, value: unknown): ErrorMessage | undefined {
  if (typeof value !== 'string') return messageFor('isString');
  if ([...value].length > MAX_TEXT_LENGTH) return messageFor('maxLength', [MAX_TEXT_LENGTH]);
  const forbidden = findForbiddenInText(value);
  if (forbidden) return fieldErrors.characters(describeCharacter(forbidden));
  return !pattern || new RegExp(pattern, 'u').test(value) ? undefined : messageFor('matches');
}

function findNumberError({ type, min, max }: Field, value: unknown): ErrorMessage | undefined {
  if (typeof value !== 'number') return messageFor('isNumber');
  if (type === 'integer' && !Number.isInteger(value)) return messageFor('isInt');
  if (min !== undefined && value < min) return messageFor('min', [min]);
  return max !== undefined && value > max ? messageFor('max', [max]) : undefined;
}
