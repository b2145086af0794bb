import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type zhCN from '../locales/zh-CN/index.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof zhCN;
  }
}

/** Every language has every key. */
type Texts = Widened<typeof zhCN>;
type Widened<T> = { [Key in keyof T]: T[Key] extends string ? string : Widened<T[Key]> };

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT_AS = 'lianban.language';
const LOADERS: Record<Language, () => Promise<{ default: Texts }>> = {
  'zh-CN': () => import('../locales/zh-CN/index.js'),
  en: () => import('../locales/en/index.js'),
};

const kept = localStorage.getItem(KEPT_AS);
/** Chinese, unless a person chose English. */
export const language: Language = kept === 'en' ? 'en' : 'zh-CN';

/** Loads the texts of the language, and no other. */
export async function startLanguage(): Promise<void> {
  document.documentElement.lang = language;
  const { default: texts } = await LOADERS[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    defaultNS: 'shell',
    resources: { [language]: texts },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}

/** Loads the texts of a language beside that of the page, for what is printed in it. */
export async function loadLanguage(wanted: Language): Promise<Language> {
  const { default: texts } = await LOADERS[wanted]();
  for (const [area, words] of Object.entries(texts)) i18next.addResourceBundle(wanted, area, words);
  return wanted;
}

/** Loads the page anew in another language; drafts are kept. */
export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(KEPT_AS, chosen);
  window.location.reload();
}
