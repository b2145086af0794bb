import type { Language } from '@lianban/status-page';

const LANGUAGE = 'lianban.language';
const TYPE_SIZE = 'lianban.type-size';

/** Settings are remembered where the browser lets us, and chosen anew where it does not. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}

/** As chosen before, else as the browser prefers; Chinese first. */
export function readLanguage(): Language {
  const chosen = read(LANGUAGE);
  if (chosen === 'en' || chosen === 'zh-CN') return chosen;
  return navigator.language.startsWith('en') ? 'en' : 'zh-CN';
}

export function storeLanguage(language: Language): void {
  write(LANGUAGE, language);
}

export const isTypeLarge = (): boolean => read(TYPE_SIZE) === 'large';

export function setTypeLarge(isLarge: boolean): void {
  write(TYPE_SIZE, isLarge ? 'large' : 'normal');
  showTypeSize(isLarge);
}

export function showTypeSize(isLarge: boolean): void {
  document.documentElement.classList.toggle('large-type', isLarge);
}
