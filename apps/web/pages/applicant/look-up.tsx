import { useEffect, useRef, useState, type FormEvent } from 'react';
import {
  lookUpForm,
  WORDS,
  type Language,
  type LookUp as Typed,
  type ReceiptKey,
} from '@lianban/status-page';
import { elementView } from './element-view.js';
import { LostCode } from './lost-code.js';

/** A receipt that opens nothing, and why. */
export interface Refused {
  text: string;
  receiptNumber: string;
}

interface LookUpProps {
  language: Language;
  refused: Refused | undefined;
  onReceipt: (receipt: ReceiptKey) => void;
}

/** Asks for receipt number and query code, by the form that works without scripts too. */
export function LookUp({ language, refused, onReceipt }: LookUpProps) {
  const [lookUp, setLookUp] = useState<Typed>(refused ? toLookUp(refused) : {});
  const form = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (lookUp.errors) form.current?.querySelector<HTMLElement>('.error-summary')?.focus();
  }, [lookUp]);

  const submit = (event: FormEvent<HTMLDivElement>) => {
    event.preventDefault();
    const typed = new FormData(event.target as HTMLFormElement);
    const [receiptNumber, queryCode] = [typed.get('receiptNumber'), typed.get('queryCode')].map((text) =>
      String(text ?? '').trim(),
    ) as [string, string];
    const errors = findMissing(receiptNumber, queryCode, language);
    if (errors.length > 0) setLookUp({ receiptNumber, errors });
    else onReceipt({ receiptNumber, queryCode });
  };

  return (
    <>
      <div ref={form} onSubmit={submit}>
        {elementView(lookUpForm(language, lookUp))}
      </div>
      <LostCode language={language} />
    </>
  );
}

const toLookUp = ({ text, receiptNumber }: Refused): Typed => ({
  receiptNumber,
  errors: [{ field: 'form', text }],
});

function findMissing(receiptNumber: string, queryCode: string, language: Language) {
  const { receiptMissing, codeMissing } = WORDS[language].lookUp;
  return [
    ...(receiptNumber ? [] : [{ field: 'receiptNumber' as const, text: receiptMissing }]),
    ...(queryCode ? [] : [{ field: 'queryCode' as const, text: codeMissing }]),
  ];
}
