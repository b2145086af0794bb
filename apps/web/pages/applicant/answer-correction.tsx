import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { Language, ReceiptKey } from '@lianban/status-page';
import type { AnswerForm, CorrectionToAnswer } from '../api/types.gen.js';
import { AnswerItem } from './answer-item.js';
import { readCorrection, sendAnswer, type Failure } from './api.js';
import { ErrorSummary, type FieldError } from './error-summary.js';
import { fieldOf, readAnswer } from './read-answer.js';
import { PAGE_WORDS } from './words.js';

const RETRY_MS = 5_000;

interface AnswerCorrectionProps {
  receipt: ReceiptKey;
  correctionId: string;
  language: Language;
  /** What was sent is kept; the correction itself goes with the next status. */
  onSent: () => void;
}

/** What a correction asks for, answered by the applicant himself: fields, e-licences, what he has done. */
export function AnswerCorrection({ receipt, correctionId, language, onSent }: AnswerCorrectionProps) {
  const words = PAGE_WORDS[language].answer;
  const [asked, setAsked] = useState<CorrectionToAnswer>();
  const [failure, setFailure] = useState<Failure>();
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  /** Read from the form, and not yet confirmed. */
  const [toConfirm, setToConfirm] = useState<AnswerForm>();
  const [isSending, setSending] = useState(false);
  const [isSent, setSent] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const load = async () => {
    const result = await readCorrection(receipt, correctionId, language);
    setAsked('data' in result ? result.data : undefined);
    setFailure('data' in result ? undefined : result.failure);
  };
  useEffect(() => void load(), [receipt, correctionId, language]);
  useEffect(() => {
    if (!failure) return undefined;
    // The status may be here before the correction is where answers are taken; and networks come back.
    const retry = setTimeout(() => void load(), RETRY_MS);
    return () => clearTimeout(retry);
  }, [failure]);
  useEffect(() => {
    if (toConfirm) form.current?.querySelector<HTMLElement>('.confirmation')?.focus();
  }, [toConfirm]);

  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { answer, wrong } = readAnswer(new FormData(event.currentTarget), asked!, words);
    setErrors(wrong);
    setToConfirm(wrong.length === 0 ? answer : undefined);
  };
  const send = async () => {
    if (isSending) return;
    setSending(true);
    const result = await sendAnswer(receipt, correctionId, toConfirm!, language);
    setSending(false);
    setToConfirm(undefined);
    if ('failure' in result) return setErrors(errorsOf(result.failure, toConfirm!));
    setSent(true);
    onSent();
    if (result.data.open.length > 0) await load();
    else setAsked(undefined);
  };

  if (isSent && !asked) return null;
  if (failure) return <p className="hint">{failure.text}</p>;
  if (!asked) return <p role="status">{words.loading}</p>;
  return (
    <form className="answer" ref={form} onSubmit={ask} noValidate>
      <h4>{isSent ? words.stillOpen : words.title}</h4>
      <ErrorSummary title={words.error} errors={errors} />
      <div hidden={toConfirm !== undefined}>
        {asked.items.map((item) => (
          <AnswerItem
            key={item.code}
            item={item}
            words={words}
            error={errors.find(({ field }) => field === fieldOf(item.code))?.text}
          />
        ))}
        <button className="button" type="submit">
          {words.submit}
        </button>
      </div>
      {toConfirm && (
        <div className="confirmation" role="group" tabIndex={-1} aria-label={words.confirm}>
          <p>{words.confirm}</p>
          <div className="actions">
            <button className="button" type="button" aria-disabled={isSending} onClick={() => void send()}>
              {isSending ? words.sending : words.confirmed}
            </button>
            <button className="button button--second" type="button" onClick={() => setToConfirm(undefined)}>
              {words.back}
            </button>
          </div>
        </div>
      )}
    </form>
  );
}

/** The API's errors, at the items that they are about. */
function errorsOf({ errors, text }: Failure, { materials = [], confirmed = [] }: AnswerForm): FieldError[] {
  if (errors.length === 0) return [{ text }];
  return errors.map(({ pointer, detail }) => {
    const [, list, key = ''] = pointer.split('/');
    const code =
      list === 'materials'
        ? materials[Number(key)]?.code
        : list === 'confirmed'
          ? confirmed[Number(key)]
          : key || undefined;
    return { field: code && fieldOf(code), text: detail };
  });
}
