import { Inject, Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';

export interface TextMessage {
  /** The gateway sends the same id once. */
  id: string;
  to: string;
  text: string;
}

/** `refused` is for good; after `unsure` the same message may be posted again, for its id is the key. */
export type Sending = { kind: 'sent' } | { kind: 'refused' | 'unsure'; reason: string };

const REASON = /^[a-z]+(-[a-z]+){0,8}$/;

/** The door to the phones: `POST` of a text, answered 202. Never throws. */
@Injectable()
export class SmsGateway {
  constructor(@Inject(NotificationConfig) private readonly config: NotificationConfig) {}

  async send(message: TextMessage): Promise<Sending> {
    try {
      const answer = await fetch(this.config.smsGatewayUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        redirect: 'error',
        signal: AbortSignal.timeout(this.config.smsTimeout),
      });
      return await sendingOf(answer);
    } catch (error) {
      const isSilent = (error as Error).name === 'TimeoutError';
      return { kind: 'unsure', reason: isSilent ? 'gateway-silent' : 'gateway-unreachable' };
    }
  }
}

async function sendingOf(answer: Response): Promise<Sending> {
  const text = await answer.text();
  if (answer.ok) return { kind: 'sent' };
  if (answer.status === 422) return { kind: 'refused', reason: reasonIn(text) };
  return { kind: 'unsure', reason: `gateway-${answer.status}` };
}

/** A code may be kept; free text might repeat the phone. */
function reasonIn(text: string): string {
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    if (typeof reason === 'string' && reason.length <= 60 && REASON.test(reason)) return reason;
  } catch {
    return 'refused-by-gateway';
  }
  return 'refused-by-gateway';
}
