import { randomUUID } from 'node:crypto';
import { aSnapshot } from '@lianban/testing';
import fc from 'fast-check';
import { headersOf, decode, encode, InvalidMessage, type RawMessage } from './message.js';

const record = encode(aSnapshot(), 'routing', new Date());

const received = (body: RawMessage['body'], headers = headersOf(record)): RawMessage => ({
  topic: 'status',
  sourcePosition: `status/0/${randomUUID()}`,
  headers,
  key: record.key,
  body,
});

describe('a message', () => {
  it('is read as it was published', () => {
    expect(decode(received(record.body))!.event).toEqual(JSON.parse(record.body));
  });

  it.each([
    '{"constructor":1}',
    '{"requestId":{"toString":1}}',
    '{"parts":[{"constructor":{}}]}',
    '{"__proto__":[]}',
  ])('with the body %s is refused as unreadable', (body) =>
    expect(() => decode(received(body))).toThrow(InvalidMessage),
  );

  it.each(['2026-11-27T20:10:00+08', '2026-11-27 20:10:00', '2026-W48-5'])(
    'with a time like %s, which readers take for different instants, is refused as unreadable',
    (at) => {
      const body = JSON.stringify({ ...(JSON.parse(record.body) as object), at: at });
      expect(() => decode(received(body))).toThrow('at:isInstant');
      const headers = { ...headersOf(record), ce_time: at };
      expect(() => decode(received(record.body, headers))).toThrow('ce_time is no time');
    },
  );

  it('with a day that does not exist is refused as unreadable', () => {
    const parts = [{ promisedDate: '2026-02-31' }];
    const body = JSON.stringify({ ...(JSON.parse(record.body) as object), parts });
    expect(() => decode(received(body))).toThrow('promisedDate:isDay');
  });

  it('is read, or refused as unreadable, whatever is in it', () => {
    const fields = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(aSnapshot())), fc.string()),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fields, (changes) => {
        const body = JSON.stringify({ ...(JSON.parse(record.body) as object), ...changes });
        try {
          decode(received(body));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidMessage);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
