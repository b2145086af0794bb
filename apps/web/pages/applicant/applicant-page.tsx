import { useEffect, useState } from 'react';
import { WORDS, type Language, type ReceiptKey } from '@lianban/status-page';
import { FollowedRequest } from './followed-request.js';
import { LookUp } from './look-up.js';
import { PageHeader } from './page-header.js';
import { forgetReceipt, storeReceipt, takeReceipt } from './receipt.js';
import { readLanguage, storeLanguage } from './settings.js';

/** The applicant's page: asks for a receipt, then follows its request. */
export function ApplicantPage() {
  const [language, setLanguage] = useState(readLanguage);
  const [receipt, setReceipt] = useState(takeReceipt);
  /** Why a receipt opens nothing. */
  const [refusal, setRefusal] = useState<string>();

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
    setRefusal(undefined);
    setReceipt(typed);
  };
  const leave = (reason?: string) => {
    forgetReceipt();
    setRefusal(reason);
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
          <LookUp language={language} refusal={refusal} onReceipt={follow} />
        )}
      </main>
    </>
  );
}
