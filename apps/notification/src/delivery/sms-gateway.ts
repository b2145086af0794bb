import { Inject, Injectable } from '@nestjs/common';
import { request } from 'undici';
import { NotificationConfig } from '../notification.config.js';

export interface TextMessage {
  /** The gateway's idempotency key. */
  id: string;
  to: string;
  text: string;
}

/** `refused` is final; after `unknown` the same message may be posted again. */
export type SendResult = { kind: 'sent' } | { kind: 'refused' | 'unknown'; reason: string };

const TIMEOUT_NAME = /Timeout/;
const REASON = /^[a-z]+(-[a-z]+){0,8}$/;

/** Sends texts by `POST`, answered 202. Never throws. */
@Injectable()
export class SmsGateway {
  constructor(@Inject(NotificationConfig) private readonly config: NotificationConfig) {}

  async send(message: TextMessage): Promise<SendResult> {
    try {
      const { smsTimeoutMs } = this.config;
      const answer = await request(this.config.smsGatewayUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        headersTimeout: smsTimeoutMs,
        bodyTimeout: smsTimeoutMs,
        signal: AbortSignal.timeout(smsTimeoutMs),
      });
      return toSendResult(answer.statusCode, await answer.body.text());
    } catch (error) {
      const isSilent = TIMEOUT_NAME.test((error as Error).name);
      return { kind: 'unknown', reason: isSilent ? 'gateway-silent' : 'gateway-unreachable' };
    }
  }
}

function toSendResult(status: number, text: string): SendResult {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 422) return { kind: 'refused', reason: reasonIn(text) };
  return { kind: 'unknown', reason: `gateway-${status}` };
}

/** Keeps codes only: free text might contain the phone number. */
function reasonIn(text: string): string {
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    if (typeof reason === 'string' && reason.length <= 60 && REASON.test(reason)) return reason;
  } catch {
    return 'refused-by-gateway';
  }
  return 'refused-by-gateway';
}
