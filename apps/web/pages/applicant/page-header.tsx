import { useState } from 'react';
import { WORDS, type Language } from '@lianban/status-page';
import { isTypeLarge, setTypeLarge } from './settings.js';
import { PAGE_WORDS } from './words.js';

interface PageHeaderProps {
  language: Language;
  onLanguage: (language: Language) => void;
}

/** Large type and the other language, on every view. */
export function PageHeader({ language, onLanguage }: PageHeaderProps) {
  const [isLarge, setLarge] = useState(isTypeLarge);
  const { largeType, normalType } = PAGE_WORDS[language];
  const other = language === 'en' ? 'zh-CN' : 'en';
  const toggle = () => {
    setTypeLarge(!isLarge);
    setLarge(!isLarge);
  };
  return (
    <header className="page-header">
      <button className="link" type="button" onClick={toggle}>
        {isLarge ? normalType : largeType}
      </button>
      <button className="link" type="button" lang={other} onClick={() => onLanguage(other)}>
        {WORDS[language].lookUp.otherLanguage}
      </button>
    </header>
  );
}
