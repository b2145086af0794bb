import type { Field } from '@lianban/catalogue';
import { messageFor, pointerStep } from '@lianban/service-kit';
import type { ValidationErrors } from '../validation/validation-errors.js';
import { described, wrong, type Complaint } from '../validation/messages.js';
import { forbiddenInText } from '../texts/forbidden.js';
import { normaliseNumber, normaliseText } from '../texts/normalise.js';

const LONGEST_TEXT = 200;

/** The part's fields as the catalogue wants them: texts are normalised in place; kind, range, form, choice; unknown ones are errors. */
export function checkFields(
  values: Record<string, unknown>,
  fields: readonly Field[],
  pointer: string,
  complaints: ValidationErrors,
): void {
  for (const code of Object.keys(values))
    if (!fields.some((field) => field.code === code))
      complaints.add(pointer + pointerStep(code), messageFor('whitelistValidation'));
  for (const field of fields) {
    normalise(values, field);
    const complaint = complaintOf(field, values[field.code]);
    if (complaint) complaints.add(`${pointer}/${field.code}`, complaint);
  }
}

function normalise(values: Record<string, unknown>, { code, type, isAccount }: Field): void {
  const value = values[code];
  if (type === 'string' && typeof value === 'string')
    values[code] = isAccount ? normaliseNumber(value) : normaliseText(value);
}

/** The same for an answer, which need not hold what is required. */
export const optional = (fields: readonly Field[]): Field[] =>
  fields.map((field) => ({ ...field, required: false }));

function complaintOf(field: Field, value: unknown): Complaint | undefined {
  if (value === undefined || value === null) return field.required ? messageFor('isDefined') : undefined;
  if (field.type === 'boolean') return typeof value === 'boolean' ? undefined : messageFor('isBoolean');
  if (field.type === 'choice') return choiceComplaint(field, value);
  return field.type === 'string' ? textComplaint(field, value) : numberComplaint(field, value);
}

function choiceComplaint({ choices = [] }: Field, value: unknown): Complaint | undefined {
  const codes = choices.map(({ code }) => code);
  return codes.some((code) => code === value) ? undefined : messageFor('isIn', [codes]);
}

function textComplaint({ pattern }: Field, value: unknown): Complaint | undefined {
  if (typeof value !== 'string') return messageFor('isString');
  if ([...value].length > LONGEST_TEXT) return messageFor('maxLength', [LONGEST_TEXT]);
  const forbidden = forbiddenInText(value);
  if (forbidden) return wrong.characters(described(forbidden));
  return !pattern || new RegExp(pattern, 'u').test(value) ? undefined : messageFor('matches');
}

function numberComplaint({ type, min, max }: Field, value: unknown): Complaint | undefined {
  if (typeof value !== 'number') return messageFor('isNumber');
  if (type === 'integer' && !Number.isInteger(value)) return messageFor('isInt');
  if (min !== undefined && value < min) return messageFor('min', [min]);
  return max !== undefined && value > max ? messageFor('max', [max]) : undefined;
}
