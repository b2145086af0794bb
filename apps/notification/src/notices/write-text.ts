import {
  nameOfItem,
  nameOfProvider,
  nameOfReason,
  PROVISIONAL,
  type Catalogue,
  type Text,
} from '@lianban/catalogue';
import type { Language, Outcome, Utility } from '@lianban/contracts';
import { isAcceptance, type News } from './news.js';
import { templates, together, type Words } from './templates.js';

/** Room for what is to be corrected; the rest is counted. */
const ROOM = 60;

/** The text of one notice, or of acceptances and perhaps the registration before them, in the reader's language. */
export function writeText(
  news: readonly News[],
  receipt: string,
  language: Language,
  catalogue: Catalogue,
): string {
  const words = news.map((each) => wordsOf(each, receipt, language, catalogue));
  const isProvisional = news.some((each) => hasProvisionalDate(each, catalogue));
  return writeWords(news, words, language) + (isProvisional ? provisionalNote[language] : '');
}

function writeWords(news: readonly News[], words: readonly Words[], language: Language): string {
  const alone = templates[language][news[0]!.event](words[0]!);
  if (news.length === 1) return alone;
  return isAcceptance(news[0]!) ? together[language]('', words) : together[language](alone, words.slice(1));
}

/** A promise is always counted in working days; any other date may be one that somebody chose. */
const hasProvisionalDate = (news: News, { calendar }: Catalogue): boolean =>
  isAcceptance(news) ? calendar.isProvisional(news.date!) : news.provisional === true;

const provisionalNote: Text = { 'zh-CN': `（${PROVISIONAL['zh-CN']}）`, en: ` (${PROVISIONAL.en})` };

function wordsOf(news: News, receipt: string, language: Language, catalogue: Catalogue): Words {
  const { utility, provider = '', reason = '', items = [], outcome, date = '', moved = [] } = news;
  const dateText = (day: string): string => (language === 'en' ? day : chineseDate(day));
  const said = (text?: Text): string => text?.[language] ?? '';
  return {
    receipt,
    utility: said(utility && utilities[utility]),
    provider: nameOfProvider(provider, catalogue)[language],
    date: dateText(date),
    reason: nameOfReason(reason, catalogue)[language],
    items: listed(items, language, catalogue),
    outcome: said(outcome && outcomes[outcome]),
    moved: moved
      .map((part) => `${utilities[part.utility][language]} ${dateText(part.date)}`)
      .join(language === 'en' ? '; ' : '、'),
  };
}

export const utilities: Record<Utility, Text> = {
  water: { 'zh-CN': '供水', en: 'water' },
  electricity: { 'zh-CN': '供电', en: 'electricity' },
  gas: { 'zh-CN': '燃气', en: 'gas' },
  heat: { 'zh-CN': '供热', en: 'heat' },
  telecom: { 'zh-CN': '通信', en: 'telecom' },
};

const outcomes: Record<Outcome, Text> = {
  completed: { 'zh-CN': '已全部办结', en: 'is completed' },
  'partly-completed': { 'zh-CN': '已结束，部分事项办结', en: 'has ended, completed in part' },
  refused: { 'zh-CN': '已结束，未予办理', en: 'has ended and was refused' },
  failed: { 'zh-CN': '已结束，未能办成', en: 'has ended and could not be done' },
  cancelled: { 'zh-CN': '已撤销', en: 'is cancelled' },
};

const details: Text = { 'zh-CN': '填报信息', en: 'details of the form' };

const chineseDate = (date: string): string => date && date.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日');

/** What is asked for is a material, a reason, or a field of the form. */
function listed(codes: readonly string[], language: Language, catalogue: Catalogue): string {
  const names = codes.map((code) => nameOfItem(code, catalogue)[language]);
  const [first = details[language], ...more] = new Set(names);
  const separator = language === 'en' ? '; ' : '、';
  let text = first;
  for (const [index, name] of more.entries()) {
    if (text.length + name.length > ROOM) return text + moreOf(more.length - index, language);
    text += separator + name;
  }
  return text;
}

const moreOf = (count: number, language: Language): string =>
  language === 'en' ? `; and ${count} more` : `等，另有${count}项`;
