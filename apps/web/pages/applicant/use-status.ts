import { useEffect, useState } from 'react';
import type { Language, ReceiptKey } from '@lianban/status-page';
import type { RequestStatus } from '../api/types.gen.js';
import type { Failure } from './api.js';
import { followStatus } from './follow-status.js';

export interface FollowedStatus {
  status?: RequestStatus;
  /** When it was last known to be the newest (ISO 8601). */
  seenAt?: string;
  /** Why nothing newer can be had at the moment. */
  failure?: Failure;
  /** It has changed since the page was opened. */
  isChanged: boolean;
  retry: () => void;
}

/** The status of a receipt, live. */
export function useStatus(receipt: ReceiptKey, language: Language): FollowedStatus {
  const [state, setState] = useState<Omit<FollowedStatus, 'retry'>>({ isChanged: false });
  const [tries, setTries] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    const onStatus = (status: RequestStatus) =>
      setState(({ status: before, isChanged }) => ({
        status,
        seenAt: new Date().toISOString(),
        isChanged: isChanged || (before !== undefined && before.revision < status.revision),
      }));
    const onFailure = (failure: Failure) => setState((before) => ({ ...before, failure }));
    const showOffline = () =>
      setState((before) => ({ ...before, failure: { kind: 'unreachable', text: '', errors: [] } }));
    window.addEventListener('offline', showOffline);
    void followStatus(receipt, language, { onStatus, onFailure }, stop.signal);
    return () => {
      window.removeEventListener('offline', showOffline);
      stop.abort();
    };
  }, [receipt, language, tries]);

  const retry = () => {
    setState({ isChanged: false });
    setTries((before) => before + 1);
  };
  return { ...state, retry };
}
