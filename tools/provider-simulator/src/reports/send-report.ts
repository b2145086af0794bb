import { Webhook } from 'standardwebhooks';
import type { Dispatcher } from 'undici';
import type { PendingReport } from './report.js';

const TIMEOUT_MS = 10_000;
const RETRYABLE_STATUSES = new Set([408, 425, 429]);

export type SendResult = 'received' | 'refused' | 'not-received';

/** A body that no schema allows: neither the state nor the sequence is one. */
const malformed = ({ placement }: PendingReport['report']) => ({
  placement,
  sequence: 'first',
  state: 'finished',
});

const toSendResult = (status: number): SendResult => {
  if (status >= 200 && status < 300) return 'received';
  return status >= 400 && status < 500 && !RETRYABLE_STATUSES.has(status) ? 'refused' : 'not-received';
};

/** Posts a signed report once. Never throws. */
export async function sendReport(
  dispatcher: Dispatcher,
  callback: string,
  { id, report }: PendingReport,
  { secret, isMalformed }: { secret: string; isMalformed: boolean },
): Promise<SendResult> {
  const body = JSON.stringify(isMalformed ? malformed(report) : report);
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  const { origin, pathname, search } = new URL(callback);
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
