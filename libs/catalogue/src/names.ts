import type { JobState, Language } from '@lianban/contracts';
import type { Catalogue } from './catalogue.js';
import type { Field } from './matter.js';
import type { Text } from './text.js';

const text = (zh: string, en: string): Text => ({ 'zh-CN': zh, en });

// No person reads a code, not even one that the catalogue does not know.
const OTHER = {
  item: text('其他事项（请咨询受理大厅）', 'something else (the service hall can tell you what)'),
  reason: text('原因请咨询受理大厅', 'The service hall can tell you why'),
  material: text('其他材料', 'another material'),
  provider: text('专营单位', 'the provider'),
  matter: text('其他事项', 'another matter'),
};

/** What an item that a correction asks for is called: a material, a field (with or without `fields.`) or a reason. */
export function nameOfItem(item: string, catalogue: Catalogue): Text {
  const field = catalogue.field(item.replace(/^fields\./, ''));
  return catalogue.material(item)?.name ?? field?.label ?? catalogue.reason(item)?.name ?? OTHER.item;
}

export const nameOfReason = (code: string, catalogue: Catalogue): Text =>
  catalogue.reason(code)?.name ?? OTHER.reason;

export const nameOfMaterial = (code: string, catalogue: Catalogue): Text =>
  catalogue.material(code)?.name ?? OTHER.material;

export const nameOfProvider = (id: string, catalogue: Catalogue): Text =>
  catalogue.provider(id)?.name ?? OTHER.provider;

/** As it is called on that day, `YYYY-MM-DD` in Asia/Shanghai. */
export const nameOfMatter = (code: string, on: string, catalogue: Catalogue): Text =>
  catalogue.matter(code, on)?.name ?? OTHER.matter;

/** What a value of a field says: a choice by its label, a number with its unit. */
export function valueText({ choices, unit }: Field, value: unknown): Text {
  if (typeof value === 'boolean') return value ? text('是', 'yes') : text('否', 'no');
  const said = `${String(value)}${unit ? ` ${unit}` : ''}`;
  return choices?.find(({ code }) => code === value)?.label ?? text(said, said);
}

/** States of a job, as clerks and officers read them. */
export const STATE_NAMES: Record<JobState, Text> = {
  placed: text('待受理', 'not accepted yet'),
  accepted: text('已受理', 'accepted'),
  'in-progress': text('办理中', 'in progress'),
  waiting: text('待申请人办理', 'waiting for the applicant'),
  held: text('暂停', 'on hold'),
  completed: text('已办结', 'completed'),
  'partly-completed': text('部分办结', 'partly completed'),
  refused: text('不予办理', 'refused'),
  failed: text('未办成', 'failed'),
  cancelled: text('已撤回', 'cancelled'),
};

/** A code and what people read for it. */
export interface Named {
  code: string;
  name: string;
}

/** The fields that have a value, as people read them. */
export const shownFields = (
  fields: readonly Field[],
  values: Record<string, unknown>,
  language: Language,
): (Named & { value: string })[] =>
  fields
    .filter(({ code }) => values[code] !== undefined)
    .map((field) => ({
      code: field.code,
      name: field.label[language],
      value: valueText(field, values[field.code])[language],
    }));
