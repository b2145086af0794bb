import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadSignature, verifySignature } from './signed-report.js';

/** As docs/webhook.md shows it to a provider's programmers. */
const document = readFileSync(join(import.meta.dirname, '../../../../docs/webhook.md'), 'utf8');
const [, chapter = ''] = document.split('## Test vector of a signature');
const vector = JSON.parse(/```json\n(.*?)```/s.exec(chapter)![1]!) as Record<string, string>;
const ofEmptyBody = /Over an empty body.* it is `(v1,[^`]+)`/.exec(chapter)![1]!;

describe('the signature that docs/webhook.md shows', () => {
  const { secret = '', body = '', ...headers } = vector;
  const then = async (): Promise<Date> => new Date(Number(headers['webhook-timestamp']) * 1_000);

  it('is right over its body', async () => {
    await expect(verifySignature([secret], Buffer.from(body), headers, then)).resolves.toEqual({
      id: headers['webhook-id'],
      secret,
    });
  });

  it('is right over an empty body', async () => {
    const signed = { ...headers, 'webhook-signature': ofEmptyBody };
    await expect(verifySignature([secret], Buffer.alloc(0), signed, then)).resolves.toMatchObject({ secret });
  });

  it('is that of no other body', async () => {
    const changed = Buffer.from(body.replace('in-progress', 'completed'));
    await expect(verifySignature([secret], changed, headers, then)).rejects.toBeInstanceOf(BadSignature);
  });
});
