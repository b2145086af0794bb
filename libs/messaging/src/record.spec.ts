import { randomUUID } from 'node:crypto';
import { aRequest } from '@lianban/testing';
import fc from 'fast-check';
import { headersOf, readRecord, recordOf, Unreadable, type Received } from './record.js';

const record = recordOf(aRequest(), 'intake', new Date());

const received = (body: Received['body'], headers = headersOf(record)): Received => ({
  topic: 'requests',
  shard: 0,
  origin: `requests/0/${randomUUID()}`,
  headers,
  key: record.key,
  body,
});

describe('a record', () => {
  it('is read as it was said', () => {
    expect(readRecord(received(record.body))!.event).toEqual(JSON.parse(record.body));
  });

  it.each([
    '{"constructor":1}',
    '{"requestId":{"toString":1}}',
    '{"parts":[{"constructor":{}}]}',
    '{"__proto__":[]}',
  ])('with the body %s is refused as unreadable', (body) =>
    expect(() => readRecord(received(body))).toThrow(Unreadable),
  );

  it('is read, or refused as unreadable, whatever is in it', () => {
    const fields = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(aRequest())), fc.string()),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fields, (changes) => {
        const body = JSON.stringify({ ...(JSON.parse(record.body) as object), ...changes });
        try {
          readRecord(received(body));
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
