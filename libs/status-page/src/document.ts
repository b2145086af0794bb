import { timeText } from './dates.js';
import { el, toHtml, type PageElement } from './element.js';
import { lookUpForm, STATUS_PAGE_ADDRESS, type LookUp } from './look-up-form.js';
import type { ShownStatus } from './shown-status.js';
import { statusView } from './status-view.js';
import { WORDS, type Language } from './words.js';

/** A receipt number and its query code. */
export interface ReceiptKey {
  receiptNumber: string;
  queryCode: string;
}

const STYLE = '/applicant/applicant.css';

/** A whole page with the form, for a browser without scripts. */
export const lookUpDocument = (language: Language, lookUp: LookUp): string =>
  pageDocument(
    language,
    lookUpForm(language, lookUp),
    el('p.hint', {}, WORDS[language].lookUp.lost),
    languageForm(language),
  );

/** A whole page with the status, for a browser without scripts; it can be asked for again, and in the other language. */
export function statusDocument(status: ShownStatus, language: Language, key: ReceiptKey, now: Date): string {
  const { asOf, again, other } = WORDS[language].lookUp;
  const otherLanguage = language === 'en' ? 'zh-CN' : 'en';
  return pageDocument(
    language,
    el('p.hint', {}, asOf(timeText(now.toISOString(), language))),
    statusView(status, language),
    el(
      'div.actions',
      {},
      repeat(key, language, again),
      repeat(key, otherLanguage, WORDS[language].lookUp.otherLanguage),
      el('form', { method: 'post', action: STATUS_PAGE_ADDRESS }, switchTo(language, other)),
    ),
  );
}

function repeat(key: ReceiptKey, language: Language, text: string): PageElement {
  const hidden = (name: string, value: string) => el('input', { type: 'hidden', name, value });
  return el(
    'form',
    { method: 'post', action: STATUS_PAGE_ADDRESS },
    hidden('receiptNumber', key.receiptNumber),
    hidden('queryCode', key.queryCode),
    hidden('language', language),
    el('button.button.button--second', { type: 'submit', lang: language }, text),
  );
}

/** Asks for the empty form in the other language. */
export const languageForm = (language: Language): PageElement =>
  el(
    'form.language',
    { method: 'post', action: STATUS_PAGE_ADDRESS },
    switchTo(language === 'en' ? 'zh-CN' : 'en', WORDS[language].lookUp.otherLanguage),
  );

const switchTo = (language: Language, text: string): PageElement =>
  el('button.link', { type: 'submit', name: 'language', value: language, lang: language }, text);

function pageDocument(language: Language, ...content: PageElement[]): string {
  const { title, skip } = WORDS[language];
  const html = el(
    'html',
    { lang: language },
    el(
      'head',
      {},
      el('meta', { charset: 'utf-8' }),
      el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      el('meta', { name: 'referrer', content: 'no-referrer' }),
      el('title', {}, title),
      el('link', { rel: 'stylesheet', href: STYLE }),
    ),
    el('body', {}, el('a.skip-link', { href: '#content' }, skip), el('main', { id: 'content' }, ...content)),
  );
  return `<!doctype html>${toHtml(html)}`;
}
