import { Webhook } from 'standardwebhooks';
import type { Dispatcher } from 'undici';
import type { Letter } from './report.js';

const TIME_LIMIT_MS = 10_000;
const TRY_AGAIN = new Set([408, 425, 429]);

export type Reception = 'received' | 'refused' | 'not-received';

/** What a provider sends that has lost its mind: neither the state nor the sequence is one. */
const spoiled = ({ placement }: Letter['report']) => ({ placement, sequence: 'first', state: 'finished' });

const receptionOf = (status: number): Reception => {
  if (status >= 200 && status < 300) return 'received';
  return status >= 400 && status < 500 && !TRY_AGAIN.has(status) ? 'refused' : 'not-received';
};

/** Posts a signed report once. Never throws. */
export async function postLetter(
  dispatcher: Dispatcher,
  callback: string,
  { id, report }: Letter,
  { secret, isSpoiled }: { secret: string; isSpoiled: boolean },
): Promise<Reception> {
  const body = JSON.stringify(isSpoiled ? spoiled(report) : report);
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  const { origin, pathname, search } = new URL(callback);
  const limits = { headersTimeout: TIME_LIMIT_MS, bodyTimeout: TIME_LIMIT_MS };
  try {
    const call = { origin, path: pathname + search, method: 'POST', headers, body, ...limits } as const;
    const answer = await dispatcher.request(call);
    await answer.body.dump();
    return receptionOf(answer.statusCode);
  } catch {
    return 'not-received';
  }
}
