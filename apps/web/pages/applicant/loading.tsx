import { useEffect, useState } from 'react';
import type { Language } from '@lianban/status-page';
import { PAGE_WORDS } from './words.js';

const SLOW_AFTER_MS = 5_000;

/** Says that it goes on, and after a while that it takes long. */
export function Loading({ language }: { language: Language }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const { loading, slow } = PAGE_WORDS[language];
  return (
    <p className="loading" role="status">
      {isSlow ? slow : loading}
    </p>
  );
}
