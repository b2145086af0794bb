import type { Language } from './problem.js';

const weigh = (part: string) => {
  const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
  const quality = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find(Boolean);
  return { tag, quality: Number(quality ?? 1) };
};

/** The language to answer in, from an Accept-Language header; Chinese unless English is preferred. */
export function languageOf(header: string | undefined): Language {
  const best = (header ?? '')
    .split(',', 20)
    .map(weigh)
    .filter(({ tag, quality }) => quality > 0 && /^(zh|en)\b/.test(tag))
    .sort((a, b) => b.quality - a.quality)[0];
  return best?.tag.startsWith('en') ? 'en' : 'zh-CN';
}
