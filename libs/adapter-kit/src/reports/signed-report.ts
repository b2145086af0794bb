import { createHash, timingSafeEqual } from 'node:crypto';
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

const TOLERANCE_MS = 5 * 60_000;
const SECONDS = /^\d{1,11}$/;
/** A longer one is kept by its digest: cut, it could be taken for another. */
const LONGEST_ID = 128;

/**
 * Checks a report's signature (Standard Webhooks: HMAC-SHA256 over id, time and body; five minutes of tolerance) and
 * answers the report's id. Where its time does not fit ours the database is asked: our own clock may be the wrong one, and
 * some providers never repeat what was refused. Throws {@link BadSignature} or {@link ReportTooOld}.
 */
export async function verifySignature(
  secret: string,
  body: Buffer,
  headers: Record<string, unknown>,
  timeOfDatabase: () => Promise<Date>,
): Promise<string> {
  const text = (name: string): string => String(headers[`webhook-${name}`] ?? '');
  const [id, timestamp, signature] = [text('id'), text('timestamp'), text('signature')];
  const webhook = new Webhook(secret);
  try {
    const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    if (!SECONDS.test(timestamp)) throw new BadSignature();
    webhook.verify(body, signed, { jsonParse: false });
  } catch (error) {
    if (!/timestamp too/i.test((error as Error).message)) throw new BadSignature();
    const at = new Date(parseInt(timestamp, 10) * 1_000);
    if (!isOneOf(signature.split(' '), webhook.sign(id, at, body))) throw new BadSignature();
    if (Math.abs(at.getTime() - (await timeOfDatabase()).getTime()) > TOLERANCE_MS) throw new ReportTooOld();
  }
  return id.length <= LONGEST_ID ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

function isOneOf(given: readonly string[], expected: string): boolean {
  const right = Buffer.from(expected);
  return given
    .map((each) => Buffer.from(each))
    .some((each) => each.length === right.length && timingSafeEqual(each, right));
}
