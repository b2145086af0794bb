import { Webhook } from 'standardwebhooks';
import type { Dispatcher } from 'undici';
import type { Placement } from '../placements/placement.js';
import type { PendingReport } from './report.js';

const TIMEOUT_MS = 10_000;
const RETRYABLE_STATUSES = new Set([408, 425, 429]);

export type SendResult = 'received' | 'refused' | 'not-received' | 'nobody-listens';

/** Tells what became of a placement, once. Never throws. */
export type SendReport = (
  placement: Placement,
  pendingReport: PendingReport,
  isMalformed: boolean,
) => Promise<SendResult>;

/** A body that no schema allows: neither the state nor the sequence is one. */
export const malformed = ({ placement }: PendingReport['report']) => ({
  placement,
  sequence: 'first',
  state: 'finished',
});

const toSendResult = (status: number): SendResult => {
  if (status >= 200 && status < 300) return 'received';
  return status >= 400 && status < 500 && !RETRYABLE_STATUSES.has(status) ? 'refused' : 'not-received';
};

/** Posts a signed report. */
export const webhookSender =
  (dispatcher: Dispatcher, secretOf: (provider: string) => string): SendReport =>
  ({ provider, callback }, { id, report }, isMalformed) => {
    const body = JSON.stringify(isMalformed ? malformed(report) : report);
    const at = new Date();
    return post(dispatcher, callback, body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secretOf(provider)).sign(id, at, body),
    });
  };

/** Posts JSON once. */
export async function post(
  dispatcher: Dispatcher,
  url: string,
  body: string,
  more: Record<string, string> = {},
): Promise<SendResult> {
  const { origin, pathname, search } = new URL(url);
  const headers = { 'content-type': 'application/json', ...more };
  const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
  try {
    const call = { origin, path: pathname + search, method: 'POST', headers, body, ...timeouts } as const;
    const answer = await dispatcher.request(call);
    await answer.body.dump();
    return toSendResult(answer.statusCode);
  } catch {
    return 'not-received';
  }
}
