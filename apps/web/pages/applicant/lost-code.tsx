import { useState, type FormEvent } from 'react';
import { WORDS, type Language } from '@lianban/status-page';
import { askForLostCode } from './api.js';
import { PAGE_WORDS } from './words.js';

/** Has the query code sent again; what comes of it is said in the API's words, alike for every receipt number. */
export function LostCode({ language }: { language: Language }) {
  const { lostCode } = PAGE_WORDS[language];
  const { lookUp } = WORDS[language];
  const [isSending, setSending] = useState(false);
  const [outcome, setOutcome] = useState<{ text: string; isWrong: boolean }>();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isSending) return;
    const receiptNumber = String(new FormData(event.currentTarget).get('lostReceiptNumber') ?? '').trim();
    if (!receiptNumber) return setOutcome({ text: lookUp.receiptMissing, isWrong: true });
    setSending(true);
    const result = await askForLostCode(receiptNumber, language);
    setSending(false);
    setOutcome(
      'data' in result
        ? { text: result.data.text, isWrong: false }
        : { text: result.failure.errors[0]?.detail ?? result.failure.text, isWrong: true },
    );
  };

  return (
    <details className="lost-code">
      <summary>{lostCode.title}</summary>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>{lostCode.introduction}</p>
        <div className="field">
          <label htmlFor="lostReceiptNumber">{lookUp.receiptNumber}</label>
          <input
            id="lostReceiptNumber"
            name="lostReceiptNumber"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={100}
          />
        </div>
        <button className="button button--second" type="submit" aria-disabled={isSending}>
          {isSending ? lostCode.sending : lostCode.submit}
        </button>
        <p className={outcome?.isWrong ? 'field__error' : 'notice'} role="status">
          {outcome?.text}
        </p>
      </form>
    </details>
  );
}
