import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import { cutText } from './cut-text.js';
import { readForm, type ReadForm } from './read-form.js';

type Form = new () => object;

interface Field {
  name: string;
  maxTextLength?: number;
  maxListLength?: number;
  nestedForm?: Form;
}

const fieldsByForm = new Map<Form, Field[]>();

/**
 * Reads what another system sent: ignores fields that the form does not name, treats null as absent, and cuts texts and lists
 * at their `MaxLength` or `ArrayMaxSize`. Everything else is checked as in {@link readForm}.
 */
export const readTolerantly = <T extends object>(Target: new () => T, sent: unknown): ReadForm<T> =>
  readForm(Target, isPlain(sent) ? pick(Target, sent) : sent);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pick(Target: Form, sent: Record<string, unknown>): object {
  const picked = fieldsOf(Target).flatMap((field) => {
    const value = Object.hasOwn(sent, field.name) ? sent[field.name] : undefined;
    return value === undefined || value === null ? [] : [[field.name, trim(value, field)]];
  });
  return Object.fromEntries(picked) as object;
}

function trim(value: unknown, field: Field): unknown {
  if (Array.isArray(value)) return value.slice(0, field.maxListLength).map((each) => trim(each, field));
  if (typeof value === 'string' && field.maxTextLength !== undefined)
    return cutText(value, field.maxTextLength);
  return field.nestedForm && isPlain(value) ? pick(field.nestedForm, value) : value;
}

function fieldsOf(Target: Form): Field[] {
  const before = fieldsByForm.get(Target);
  if (before) return before;
  const storage = getMetadataStorage();
  const rules = storage.groupByPropertyName(storage.getTargetValidationMetadatas(Target, '', false, false));
  const fields = Object.entries(rules).map(([name, of]) => {
    const limit = (rule: string) =>
      of.find((each) => each.name === rule)?.constraints?.[0] as number | undefined;
    const nestedForm = defaultMetadataStorage.findTypeMetadata(Target, name)?.typeFunction();
    return { name, maxTextLength: limit('maxLength'), maxListLength: limit('arrayMaxSize'), nestedForm };
  });
  fieldsByForm.set(Target, fields);
  return fields;
}
