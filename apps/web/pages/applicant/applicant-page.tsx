import { useEffect, useState } from 'react';
import { WORDS, type Language, type ReceiptKey } from '@lianban/status-page';
import { FollowedRequest } from './followed-request.js';
import { LookUp, type Refused } from './look-up.js';
import { PageHeader } from './page-header.js';
import { forgetReceipt, storeReceipt, takeReceipt } from './receipt.js';
import { readLanguage, storeLanguage } from './settings.js';

/** The applicant's page: asks for a receipt, then follows its request. */
export function ApplicantPage() {
  const [language, setLanguage] = useState(readLanguage);
  const [receipt, setReceipt] = useState(takeReceipt);
  /** Which receipt opens nothing, and why. */
  const [refused, setRefused] = useState<Refused>();

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = receipt ? WORDS[language].title : WORDS[language].lookUp.title;
  }, [language, receipt]);

  useEffect(() => {
    // Another code was scanned into the same tab.
    const takeScanned = () => location.hash.includes('.') && setReceipt(takeReceipt());
    window.addEventListener('hashchange', takeScanned);
    return () => window.removeEventListener('hashchange', takeScanned);
  }, []);

  const follow = (typed: ReceiptKey) => {
    storeReceipt(typed);
    setRefused(undefined);
    setReceipt(typed);
  };
  const leave = (reason?: string) => {
    forgetReceipt();
    setRefused(reason && receipt ? { text: reason, receiptNumber: receipt.receiptNumber } : undefined);
    setReceipt(undefined);
  };
  const choose = (chosen: Language) => {
    storeLanguage(chosen);
    setLanguage(chosen);
  };

  return (
    <>
      <a className="skip-link" href="#content">
        {WORDS[language].skip}
      </a>
      <PageHeader language={language} onLanguage={choose} />
      <main id="content">
        {receipt ? (
          <FollowedRequest
            key={`${receipt.receiptNumber} ${language}`}
            receipt={receipt}
            language={language}
            onLeave={leave}
          />
        ) : (
          <LookUp language={language} refused={refused} onReceipt={follow} />
        )}
      </main>
    </>
  );
}
