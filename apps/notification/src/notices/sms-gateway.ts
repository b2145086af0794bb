import { Inject, Injectable } from '@nestjs/common';
import { request } from 'undici';
import { NotificationConfig } from '../notification.config.js';

export interface TextMessage {
  /** The gateway sends the same id once. */
  id: string;
  to: string;
  text: string;
}

/** `refused` is for good; after `unsure` the same message may be posted again, for its id is the key. */
export type Sending = { kind: 'sent' } | { kind: 'refused' | 'unsure'; reason: string };

const SILENT = /Timeout/;
const REASON = /^[a-z]+(-[a-z]+){0,8}$/;

/** The door to the phones: `POST` of a text, answered 202. Never throws. */
@Injectable()
export class SmsGateway {
  constructor(@Inject(NotificationConfig) private readonly config: NotificationConfig) {}

  async send(message: TextMessage): Promise<Sending> {
    try {
      const { smsTimeout } = this.config;
      const answer = await request(this.config.smsGatewayUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        headersTimeout: smsTimeout,
        bodyTimeout: smsTimeout,
        signal: AbortSignal.timeout(smsTimeout),
      });
      return sendingOf(answer.statusCode, await answer.body.text());
    } catch (error) {
      const isSilent = SILENT.test((error as Error).name);
      return { kind: 'unsure', reason: isSilent ? 'gateway-silent' : 'gateway-unreachable' };
    }
  }
}

function sendingOf(status: number, text: string): Sending {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 422) return { kind: 'refused', reason: reasonIn(text) };
  return { kind: 'unsure', reason: `gateway-${status}` };
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
