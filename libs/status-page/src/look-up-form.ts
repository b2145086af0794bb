import { el, type PageElement } from './element.js';
import { WORDS, type Language } from './words.js';

/** Where the form is posted if no script runs. */
export const STATUS_PAGE_ADDRESS = '/v1/track/page';

/** What was typed, and what is wrong with it. */
export interface LookUp {
  receiptNumber?: string;
  errors?: { field: 'receiptNumber' | 'queryCode' | 'form'; text: string }[];
}

/** The form that asks for a receipt number and its query code, with what was wrong the last time. */
export function lookUpForm(language: Language, { receiptNumber, errors = [] }: LookUp = {}): PageElement {
  const words = WORDS[language].lookUp;
  return el(
    'form.look-up',
    { method: 'post', action: STATUS_PAGE_ADDRESS, novalidate: '' },
    el('h1', { tabindex: '-1' }, words.title),
    errors.length > 0 && errorSummary(errors, words.error),
    el('p', {}, words.introduction),
    field('receiptNumber', words.receiptNumber, words.receiptHint, receiptNumber, errors),
    field('queryCode', words.queryCode, words.codeHint, undefined, errors),
    el('input', { type: 'hidden', name: 'language', value: language }),
    el('button.button', { type: 'submit' }, words.submit),
  );
}

function errorSummary(errors: NonNullable<LookUp['errors']>, title: string): PageElement {
  return el(
    'div.error-summary',
    { role: 'alert', tabindex: '-1' },
    el('h2', {}, title),
    el(
      'ul',
      {},
      ...errors.map(({ field: name, text }) =>
        el('li', {}, el('a', { href: `#${name === 'form' ? 'receiptNumber' : name}` }, text)),
      ),
    ),
  );
}

function field(
  name: 'receiptNumber' | 'queryCode',
  label: string,
  hint: string,
  value: string | undefined,
  errors: NonNullable<LookUp['errors']>,
): PageElement {
  const error = errors.find((each) => each.field === name);
  return el(
    `div.field${error ? '.field--wrong' : ''}`,
    {},
    el('label', { for: name }, label),
    el('p.hint', { id: `${name}-hint` }, hint),
    error && el('p.field__error', { id: `${name}-error` }, error.text),
    el('input', {
      id: name,
      name,
      type: 'text',
      autocomplete: 'off',
      autocapitalize: 'characters',
      spellcheck: 'false',
      maxlength: '100',
      'aria-describedby': `${name}-hint${error ? ` ${name}-error` : ''}`,
      ...(error && { 'aria-invalid': 'true' }),
      value,
    }),
  );
}
