import type { JobState, Language, Utility } from '@lianban/contracts';
import type { Catalogue } from './catalogue.js';
import type { Field } from './matter.js';
import type { Text } from './text.js';

const text = (zh: string, en: string): Text => ({ 'zh-CN': zh, en });

// People never see codes, not even unknown ones.
const FALLBACK_NAMES = {
  item: text('其他事项（请咨询受理大厅）', 'something else (the service hall can tell you what)'),
  reason: text('原因请咨询受理大厅', 'The service hall can tell you why'),
  material: text('其他材料', 'another material'),
  provider: text('专营单位', 'the provider'),
  matter: text('其他事项', 'another matter'),
};

/** The name of a correction's item: a material, a field (with or without `fields.`) or a reason. */
export function nameOfItem(item: string, catalogue: Catalogue): Text {
  const field = catalogue.field(item.replace(/^fields\./, ''));
  return (
    catalogue.material(item)?.name ?? field?.label ?? catalogue.reason(item)?.name ?? FALLBACK_NAMES.item
  );
}

export const nameOfReason = (code: string, catalogue: Catalogue): Text =>
  catalogue.reason(code)?.name ?? FALLBACK_NAMES.reason;

export const nameOfMaterial = (code: string, catalogue: Catalogue): Text =>
  catalogue.material(code)?.name ?? FALLBACK_NAMES.material;

export const nameOfProvider = (id: string, catalogue: Catalogue): Text =>
  catalogue.provider(id)?.name ?? FALLBACK_NAMES.provider;

/** The matter's name on that day, `YYYY-MM-DD` in Asia/Shanghai. */
export const nameOfMatter = (code: string, on: string, catalogue: Catalogue): Text =>
  catalogue.matter(code, on)?.name ?? FALLBACK_NAMES.matter;

/** A field's value in words: a choice by its label, a number with its unit. */
export function valueText({ choices, unit }: Field, value: unknown): Text {
  if (typeof value === 'boolean') return value ? text('是', 'yes') : text('否', 'no');
  const written = `${String(value)}${unit ? ` ${unit}` : ''}`;
  return choices?.find(({ code }) => code === value)?.label ?? text(written, written);
}

export const UTILITY_NAMES: Record<Utility, Text> = {
  water: text('供水', 'water'),
  electricity: text('供电', 'electricity'),
  gas: text('燃气', 'gas'),
  heat: text('供热', 'heat'),
  telecom: text('通信', 'telecom'),
};

/** States of a job for clerks and officers. */
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

/** A code and its name. */
export interface Named {
  code: string;
  name: string;
}

/** The fields that have a value, with their names. */
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
