import { deriveQueryCode, hashOfCode } from './query-code.js';

const ID = '01980000-0000-7000-8000-000000000001';
const SECRETS = [`1:${'a'.repeat(32)}`, `2:${'b'.repeat(32)}`];
const derive = (id: string, secret: number, issue: number) => deriveQueryCode(SECRETS, id, { secret, issue });

describe('a query code', () => {
  it('is the same for the same request, issue and secret, and for nothing else', () => {
    const code = derive(ID, 1, 1);
    expect(derive(ID, 1, 1)).toBe(code);
    expect(derive(ID, 1, 2)).not.toBe(code);
    expect(derive(ID, 2, 1)).not.toBe(code);
    expect(derive(ID.replace(/1$/, '2'), 1, 1)).not.toBe(code);
  });

  it('has eight characters that nobody mistakes for another, and all of these', () => {
    const derived = Array.from({ length: 500 }, (_, issue) => derive(ID, 2, issue));
    expect(derived.filter((code) => !/^[2-9A-HJ-NP-Z]{8}$/.test(code))).toEqual([]);
    expect(new Set(derived.join('')).size).toBe(32);
  });

  it('cannot be had without its secret', () => expect(() => derive(ID, 3, 1)).toThrow('version 3'));

  it('is kept as its SHA-256', () =>
    expect(hashOfCode('ABCDEFGH')).toBe('9ac2197d9258257b1ae8463e4214e4cd0a578bc1517f2415928b91be4283fc48'));
});
