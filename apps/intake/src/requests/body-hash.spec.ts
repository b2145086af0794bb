import { bodyHash } from './body-hash.js';

describe('the hash of a body', () => {
  it('does not see the order of keys, at any depth', () =>
    expect(bodyHash({ a: 1, b: { c: [1, { d: 2, e: 3 }] } })).toBe(
      bodyHash({ b: { c: [1, { e: 3, d: 2 }] }, a: 1 }),
    ));

  it.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: '1' }, { a: 1 }],
    [{ a: null }, {}],
    [{ a: {} }, { a: [] }],
    [{ a: { b: 1 } }, { a: [['b', 1], ['object']] }],
  ])('tells %j from %j', (one, other) => expect(bodyHash(one)).not.toBe(bodyHash(other)));
});
