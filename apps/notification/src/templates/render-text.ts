import {
  nameOfItem,
  nameOfProvider,
  nameOfReason,
  PROVISIONAL,
  UTILITY_NAMES,
  type Catalogue,
  type Text,
} from '@lianban/catalogue';
import type { Language, Outcome, QueryCodeVersion } from '@lianban/contracts';
import { isAcceptance, type Notice } from '../notices/notice.js';
import { combinedAcceptance, templates, type TemplateParams } from './templates.js';

const HIDDEN_CODE = '********';
/** Items beyond this length are only counted. */
const MAX_ITEMS_LENGTH = 60;

/** What a text message is rendered from. */
export interface TextContent {
  receiptNumber: string;
  language: Language;
  /** One, or acceptances and perhaps the registration before them. */
  notices: readonly Notice[];
}

/** Selects the content of the text with this id; `k` is its request's state, `c` its contact. */
export const selectTextContent = (requestId: string, textId: string): string => `
  k.receipt_number as "receiptNumber", c.language,
  (select coalesce(json_agg(n.content order by n.seq), '[]') from notice n
   where n.request_id = ${requestId} and n.text_id = ${textId} and n.superseded_at is null) as notices`;

/** Renders a text message in the reader's language; a query code is in the text that leaves, and nowhere else. */
export function renderText(
  { notices, receiptNumber, language }: TextContent,
  catalogue: Catalogue,
  derive: (code: QueryCodeVersion) => string = () => HIDDEN_CODE,
): string {
  const params = notices.map((notice) => ({
    ...toParams(notice, receiptNumber, language, catalogue),
    queryCode: notice.code ? derive(notice.code) : '',
  }));
  const isProvisional = notices.some((notice) => hasProvisionalDate(notice, catalogue));
  return renderTemplates(notices, params, language) + (isProvisional ? provisionalNote[language] : '');
}

function renderTemplates(
  notices: readonly Notice[],
  params: readonly TemplateParams[],
  language: Language,
): string {
  const first = templates[language][notices[0]!.kind](params[0]!);
  if (notices.length === 1) return first;
  const combine = combinedAcceptance[language];
  return isAcceptance(notices[0]!) ? combine('', params) : combine(first, params.slice(1));
}

/** A promise is always counted in working days; other dates may be chosen by somebody. */
const hasProvisionalDate = (notice: Notice, { calendar }: Catalogue): boolean =>
  isAcceptance(notice) ? calendar.isProvisional(notice.date!) : notice.provisional === true;

const provisionalNote: Text = { 'zh-CN': `（${PROVISIONAL['zh-CN']}）`, en: ` (${PROVISIONAL.en})` };

function toParams(
  notice: Notice,
  receipt: string,
  language: Language,
  catalogue: Catalogue,
): Omit<TemplateParams, 'queryCode'> {
  const { utility, provider = '', reason = '', items = [], outcome, date = '', moved = [] } = notice;
  const dateText = (day: string): string => (language === 'en' ? day : chineseDate(day));
  const inLanguage = (text?: Text): string => text?.[language] ?? '';
  return {
    receipt,
    utility: inLanguage(utility && UTILITY_NAMES[utility]),
    provider: nameOfProvider(provider, catalogue)[language],
    date: dateText(date),
    reason: nameOfReason(reason, catalogue)[language],
    items: listItems(items, language, catalogue),
    outcome: inLanguage(outcome && outcomes[outcome]),
    moved: moved
      .map((part) => `${UTILITY_NAMES[part.utility][language]} ${dateText(part.date)}`)
      .join(language === 'en' ? '; ' : '、'),
  };
}

const outcomes: Record<Outcome, Text> = {
  completed: { 'zh-CN': '已全部办结', en: 'is completed' },
  'partly-completed': { 'zh-CN': '已结束，部分事项办结', en: 'has ended, completed in part' },
  refused: { 'zh-CN': '已结束，未予办理', en: 'has ended and was refused' },
  failed: { 'zh-CN': '已结束，未能办成', en: 'has ended and could not be done' },
  cancelled: { 'zh-CN': '已撤销', en: 'is cancelled' },
};

const details: Text = { 'zh-CN': '填报信息', en: 'details of the form' };

const chineseDate = (date: string): string => date && date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日');

/** Names the items of a correction. */
function listItems(codes: readonly string[], language: Language, catalogue: Catalogue): string {
  const names = codes.map((code) => nameOfItem(code, catalogue)[language]);
  const [first = details[language], ...more] = new Set(names);
  const separator = language === 'en' ? '; ' : '、';
  let text = first;
  for (const [index, name] of more.entries()) {
    if (text.length + name.length > MAX_ITEMS_LENGTH) return text + moreText(more.length - index, language);
    text += separator + name;
  }
  return text;
}

const moreText = (count: number, language: Language): string =>
  language === 'en' ? `; and ${count} more` : `等，另有${count}项`;
