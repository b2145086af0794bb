import { readFileSync } from 'node:fs';
import type counter from '../../../../apps/web/pages/staff/locales/zh-CN/counter.json';
import type operations from '../../../../apps/web/pages/staff/locales/zh-CN/operations.json';
import type shell from '../../../../apps/web/pages/staff/locales/zh-CN/shell.json';
import type workbench from '../../../../apps/web/pages/staff/locales/zh-CN/workbench.json';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

interface Texts {
  counter: typeof counter;
  operations: typeof operations;
  shell: typeof shell;
  workbench: typeof workbench;
}

type KeyOf<T> = {
  [Key in keyof T & string]: T[Key] extends string ? Key : `${Key}.${KeyOf<T[Key]>}`;
}[keyof T & string];

type Nested = string | { [key: string]: Nested };

const LOCALES = new URL('../../../../apps/web/pages/staff/locales/', import.meta.url);

/** The words of an area of the staff's pages, from the pages' own files, so that one story is told in each language. */
export function wordsOf<Area extends keyof Texts>(area: Area, language: Language) {
  const texts = JSON.parse(readFileSync(new URL(`${language}/${area}.json`, LOCALES), 'utf8')) as Nested;
  return (key: KeyOf<Texts[Area]>, values: Record<string, string | number> = {}): string => {
    const text = key.split('.').reduce((found, part) => (found as { [key: string]: Nested })[part]!, texts);
    return (text as string).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
  };
}
