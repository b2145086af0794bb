import { Problem } from '@lianban/service-kit';
import { Webhook } from 'standardwebhooks';

export class BadSignature extends Problem {
  constructor() {
    super('bad-signature', 401, { 'zh-CN': '签名不正确。', en: 'The signature is missing or wrong.' });
  }
}

export class ReportTooOld extends Problem {
  constructor() {
    super('report-too-old', 401, {
      'zh-CN': '签名时间与当前时间相差过大。',
      en: 'The time of the signature is too far from now.',
    });
  }
}

/**
 * Checks a report's signature (Standard Webhooks: HMAC-SHA256 over id, time and body; five minutes of tolerance) and
 * answers the report's id. Throws {@link BadSignature} or {@link ReportTooOld}.
 */
export function verifySignature(secret: string, body: Buffer, headers: Record<string, unknown>): string {
  const signed = Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
      name,
      String(headers[name] ?? ''),
    ]),
  );
  try {
    new Webhook(secret).verify(body, signed, { jsonParse: false });
  } catch (error) {
    throw /timestamp too/i.test((error as Error).message) ? new ReportTooOld() : new BadSignature();
  }
  return signed['webhook-id']!.slice(0, 128);
}
