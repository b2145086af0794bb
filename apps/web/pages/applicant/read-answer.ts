import type { AnswerForm, CorrectionToAnswer, FieldToAnswer } from '../api/types.gen.js';
import type { FieldError } from './error-summary.js';
import type { PageWords } from './words.js';

/** Id and name of an item's input. */
export const fieldOf = (code: string): string => `item-${code.replace(/^fields\./, '')}`;
export const licenceOf = (code: string): string => `${fieldOf(code)}-number`;

/** What was filled in, as the API takes it. What is brought to the counter is no part of it. */
export function readAnswer(
  typed: FormData,
  { items }: CorrectionToAnswer,
  words: Pick<PageWords['answer'], 'number' | 'nothing'>,
): { answer: AnswerForm; wrong: FieldError[] } {
  const textOf = (name: string): string => String(typed.get(name) ?? '').trim();
  const fields: Record<string, unknown> = {};
  const materials: NonNullable<AnswerForm['materials']> = [];
  const confirmed: string[] = [];
  const wrong: FieldError[] = [];
  for (const { code, kind, field } of items) {
    const text = textOf(fieldOf(code));
    if (kind === 'confirmation' && text) confirmed.push(code);
    if (kind === 'material' && text === 'licence')
      materials.push({ code, method: 'e-licence', proof: textOf(licenceOf(code)) || null });
    if (!field || !text) continue;
    const value = valueOf(field, text);
    if (Number.isNaN(value)) wrong.push({ field: fieldOf(code), text: words.number });
    else fields[field.code] = value;
  }
  const isEmpty = Object.keys(fields).length + materials.length + confirmed.length === 0;
  if (isEmpty && wrong.length === 0) wrong.push({ text: words.nothing });
  return { answer: { fields, materials, confirmed }, wrong };
}

/** Digits may be typed in full width. */
function valueOf({ type }: FieldToAnswer, text: string): unknown {
  if (type === 'boolean') return text === 'true';
  return type === 'number' || type === 'integer' ? Number(text.normalize('NFKC')) : text;
}
