import { useEffect, useRef, useState } from 'react';
import { statusView, timeText, WORDS, type Language, type ReceiptKey, type Slot } from '@lianban/status-page';
import { AnswerCorrection } from './answer-correction.js';
import { elementView } from './element-view.js';
import { Loading } from './loading.js';
import { useStatus } from './use-status.js';
import { PAGE_WORDS } from './words.js';

interface FollowedRequestProps {
  receipt: ReceiptKey;
  language: Language;
  /** It was not typed but scanned, perhaps at the counter a moment ago. */
  mayBeNew: boolean;
  /** With the reason, if the receipt opens nothing. */
  onLeave: (reason?: string) => void;
}

/** A request as it stands, and as it changes. */
export function FollowedRequest({ receipt, language, mayBeNew, onLeave }: FollowedRequestProps) {
  const { status, seenAt, failure, isChanged, retry } = useStatus(receipt, language, mayBeNew);
  const [hasAnswered, setAnswered] = useState(false);
  const words = PAGE_WORDS[language];
  const page = useRef<HTMLDivElement>(null);
  const hasStatus = status !== undefined;

  useEffect(() => {
    if (failure?.kind === 'not-found' || failure?.kind === 'refused') onLeave(failure.text);
  }, [failure, onLeave]);

  useEffect(() => {
    if (hasStatus) page.current?.querySelector<HTMLElement>('h1')?.focus();
  }, [hasStatus]);

  if (!status) {
    return failure ? (
      <div className="error-summary" role="alert">
        <p>{failure.text}</p>
        <div className="actions">
          <button className="button" type="button" onClick={retry}>
            {words.tryAgain}
          </button>
          <button className="link" type="button" onClick={() => onLeave()}>
            {words.followOther}
          </button>
        </div>
      </div>
    ) : (
      <Loading language={language} />
    );
  }

  const fill = ({ correctionId }: Slot) => (
    <AnswerCorrection
      key={correctionId}
      receipt={receipt}
      correctionId={correctionId}
      language={language}
      onSent={() => setAnswered(true)}
    />
  );
  return (
    <div ref={page}>
      {failure && <p className="banner banner--offline">{words.offline(timeText(seenAt!, language))}</p>}
      <p className="banner" role="status">
        {isChanged && words.updated(status.text)}
      </p>
      {hasAnswered && (
        <p className="notice" role="status">
          {words.answer.sent}
        </p>
      )}
      {elementView(statusView(status, language), fill)}
      <p className="hint">
        {WORDS[language].lookUp.asOf(timeText(seenAt!, language))}
        {status.phase !== 'ended' && ` · ${words.live}`}
      </p>
      <p className="hint">{words.atCounter}</p>
      <button className="link" type="button" onClick={() => onLeave()}>
        {words.followOther}
      </button>
    </div>
  );
}
