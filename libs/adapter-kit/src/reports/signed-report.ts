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

/** Who signed a report with what. */
export interface Signed {
  /** Of the report. */
  id: string;
  secret: string;
}

/**
 * Checks a report's signature (Standard Webhooks: HMAC-SHA256 over id, time and body, by one of these secrets; five minutes of
 * tolerance). Where its time does not fit ours the database is asked: our own clock may be the wrong one, and some
 * providers never repeat what was refused. @throws BadSignature, ReportTooOld
 */
export async function verifySignature(
  secrets: readonly string[],
  body: Buffer,
  headers: Record<string, unknown>,
  timeOfDatabase: () => Promise<Date>,
): Promise<Signed> {
  const text = (name: string): string => String(headers[`webhook-${name}`] ?? '');
  const [id, timestamp, signature] = [text('id'), text('timestamp'), text('signature')];
  if (!id || !SECONDS.test(timestamp)) throw new BadSignature();
  const at = new Date(Number(timestamp) * 1_000);
  const given = signature.split(' ');
  const secret = secrets.find((each) => isOneOf(given, new Webhook(each).sign(id, at, body)));
  if (!secret) throw new BadSignature();
  const isNear = (now: Date): boolean => Math.abs(at.getTime() - now.getTime()) <= TOLERANCE_MS;
  if (!isNear(new Date()) && !isNear(await timeOfDatabase())) throw new ReportTooOld();
  return { id: reportIdOf(id), secret };
}

/** As it is kept. */
export const reportIdOf = (id: string): string =>
  id.length <= LONGEST_ID ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;

function isOneOf(given: readonly string[], expected: string): boolean {
  const right = Buffer.from(expected);
  return given
    .map((each) => Buffer.from(each))
    .some((each) => each.length === right.length && timingSafeEqual(each, right));
}
