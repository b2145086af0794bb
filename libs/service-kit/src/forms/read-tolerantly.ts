import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import { cutText } from './cut-text.js';
import { readForm, type ReadForm } from './read-form.js';

type Form = new () => object;

interface Field {
  name: string;
  longestText?: number;
  longestList?: number;
  below?: Form;
}

const known = new Map<Form, Field[]>();

/**
 * Reads what another system sent, as far as the form knows it: what the form does not name is left out, null is as if it
 * were not there, and a text or list longer than its `MaxLength` or `ArrayMaxSize` is cut. Everything else is checked as
 * in {@link readForm}.
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
  if (Array.isArray(value)) return value.slice(0, field.longestList).map((each) => trim(each, field));
  if (typeof value === 'string' && field.longestText !== undefined) return cutText(value, field.longestText);
  return field.below && isPlain(value) ? pick(field.below, value) : value;
}

function fieldsOf(Target: Form): Field[] {
  const before = known.get(Target);
  if (before) return before;
  const storage = getMetadataStorage();
  const rules = storage.groupByPropertyName(storage.getTargetValidationMetadatas(Target, '', false, false));
  const fields = Object.entries(rules).map(([name, of]) => {
    const limit = (rule: string) =>
      of.find((each) => each.name === rule)?.constraints?.[0] as number | undefined;
    const below = defaultMetadataStorage.findTypeMetadata(Target, name)?.typeFunction();
    return { name, longestText: limit('maxLength'), longestList: limit('arrayMaxSize'), below };
  });
  known.set(Target, fields);
  return fields;
}
