import type { Language } from './words.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Asia/Shanghai has had no summer time since 1991. */
const SHANGHAI_MS = 8 * 3_600_000;

const parts = (day: string): number[] => day.split('-').map(Number);

/** `YYYY-MM-DD` as people say it. */
export function dayText(day: string, language: Language): string {
  const [year, month = 1, date] = parts(day);
  return language === 'en' ? `${date} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${date}日`;
}

/** The day of an instant (ISO 8601) in Shanghai, `YYYY-MM-DD`. */
export const dayOf = (instant: string): string => inShanghai(instant).slice(0, 10);

/** An instant (ISO 8601) as people in Shanghai say it. */
export function timeText(instant: string, language: Language): string {
  const written = inShanghai(instant);
  return `${dayText(written.slice(0, 10), language)} ${written.slice(11, 16)}`;
}

const inShanghai = (instant: string): string => new Date(Date.parse(instant) + SHANGHAI_MS).toISOString();
