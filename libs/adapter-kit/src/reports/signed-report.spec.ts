import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { BadSignature, ReportTooOld, verifySignature } from './signed-report.js';

const DOCUMENT = new URL('../../../../docs/webhook.md', import.meta.url);
const [, vectors = ''] = /\*\*Test vectors\.\*\*.*?```\n(.*?)```/s.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
const told = (name: string): string => new RegExp(`^${name} +(.+)$`, 'm').exec(vectors)![1]!;

const [secret, id, timestamp] = [told('secret'), told('id'), told('timestamp')];
const at = new Date(Number(timestamp) * 1_000);
const headers = (signature: string) => ({
  'webhook-id': id,
  'webhook-timestamp': timestamp,
  'webhook-signature': signature,
});
const verify = (body: string, signature: string, secrets = [secret], now = at) =>
  verifySignature(secrets, Buffer.from(body), headers(signature), async () => now);

describe.each([
  ['a body', told('body'), told('signature')],
  ['no body', '', told('body empty')],
])('the test vector of docs/webhook.md for %s', (_, body, signature) => {
  it('is what we sign', () => expect(new Webhook(secret).sign(id, at, body)).toBe(signature));

  it('is known, also beside a signature by another secret', async () => {
    const other = new Webhook('whsec_c29tZWJvZHkgZWxzZSwgbm90IHRoZW0=').sign(id, at, body);
    expect(await verify(body, signature)).toEqual({ id, secret });
    expect(await verify(body, `${other} ${signature}`)).toEqual({ id, secret });
  });

  it('is nobody`s over another body, or by another secret', async () => {
    await expect(verify(`${body} `, signature)).rejects.toThrow(BadSignature);
    await expect(verify(body, signature, ['whsec_c29tZWJvZHkgZWxzZSwgbm90IHRoZW0='])).rejects.toThrow(
      BadSignature,
    );
  });

  it('is too old when five minutes have passed', async () => {
    const later = new Date(at.getTime() + 301_000);
    await expect(verify(body, signature, [secret], later)).rejects.toThrow(ReportTooOld);
  });
});
