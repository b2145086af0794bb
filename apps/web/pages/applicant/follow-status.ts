import type { Language, ReceiptKey } from '@lianban/status-page';
import { eventsTrack } from '../api/sdk.gen.js';
import type { RequestStatus } from '../api/types.gen.js';
import { readStatus, streamHeaders, type Failure } from './api.js';

const FIRST_WAIT_MS = 2_000;
const MAX_WAIT_MS = 60_000;
/** The service says something every fifteen seconds; a stream that is silent for longer is dead, whatever the phone believes. */
const MAX_SILENCE_MS = 45_000;

export interface Follower {
  onStatus(status: RequestStatus): void;
  onFailure(failure: Failure): void;
}

/**
 * Reads a status, then hears of every change until the request has ended or the signal stops it. A lost connection is tried again with
 * growing waits, and at once when the network is back; only a receipt that opens no more is given up.
 */
export async function followStatus(
  receipt: ReceiptKey,
  language: Language,
  { onStatus, onFailure }: Follower,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const result = await readStatus(receipt, language, signal);
    if (signal.aborted) return;
    if ('failure' in result) {
      onFailure(result.failure);
      if (result.failure.kind === 'not-found' || result.failure.kind === 'refused') return;
      const wait = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
      failures += 1;
      await pause(Math.max(wait, (result.failure.retryAfter ?? 0) * 1000), signal);
      continue;
    }
    failures = 0;
    onStatus(result.data);
    await listen(receipt, language, result.data, onStatus, signal);
  }
}

/** Until the stream breaks off; one that ends as it should is opened again with what was seen last. */
async function listen(
  receipt: ReceiptKey,
  language: Language,
  first: RequestStatus,
  onStatus: (status: RequestStatus) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = first;
  while (!signal.aborted) {
    if (last.phase === 'ended') return stopped(signal);
    let retryMs = FIRST_WAIT_MS;
    let hasFailed = false;
    const silence = new AbortController();
    const giveUp = () => silence.abort();
    let timer = setTimeout(giveUp, MAX_SILENCE_MS);
    signal.addEventListener('abort', giveUp);
    const { stream } = await eventsTrack({
      path: { receipt: receipt.receiptNumber.trim() },
      headers: { ...streamHeaders(receipt, language), 'last-event-id': String(last.revision) },
      signal: silence.signal,
      sseMaxRetryAttempts: 1,
      onSseError: () => (hasFailed = true),
      onSseEvent: ({ retry }) => {
        retryMs = retry ?? retryMs;
        clearTimeout(timer);
        timer = setTimeout(giveUp, MAX_SILENCE_MS);
      },
    });
    for await (const event of stream) {
      last = event as unknown as RequestStatus;
      if (!signal.aborted) onStatus(last);
    }
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    await pause(retryMs, signal);
    if (hasFailed) return;
  }
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Ends early when the network is back, or when nobody waits any more. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener('online', finish);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    window.addEventListener('online', finish);
    signal.addEventListener('abort', finish);
  });
}
