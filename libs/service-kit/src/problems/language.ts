import Negotiator from 'negotiator';
import type { Language } from './problem.js';

/** The language to answer in, from an Accept-Language header; Chinese unless English is preferred. */
export const languageOf = (header: string | undefined): Language =>
  new Negotiator({ headers: { 'accept-language': header } }).language(['zh', 'en']) === 'en' ? 'en' : 'zh-CN';
