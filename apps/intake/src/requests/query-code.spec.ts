import { IntakeConfig } from '../intake.config.js';
import { hashOfCode, QueryCodes } from './query-code.js';

const ID = '01980000-0000-7000-8000-000000000001';
const codes = new QueryCodes(
  Object.assign(new IntakeConfig(), { queryCodeSecret: [`1:${'a'.repeat(32)}`, `2:${'b'.repeat(32)}`] }),
);

describe('a query code', () => {
  it('is the same for the same request, issue and secret, and for nothing else', () => {
    const code = codes.derive(ID, { secret: 1, issue: 1 });
    expect(codes.derive(ID, { secret: 1, issue: 1 })).toBe(code);
    expect(codes.derive(ID, { secret: 1, issue: 2 })).not.toBe(code);
    expect(codes.derive(ID, { secret: 2, issue: 1 })).not.toBe(code);
    expect(codes.derive(ID.replace(/1$/, '2'), { secret: 1, issue: 1 })).not.toBe(code);
  });

  it('has eight characters that nobody mistakes for another, and all of these', () => {
    const derived = Array.from({ length: 500 }, (_, issue) => codes.derive(ID, { secret: 2, issue }));
    expect(derived.filter((code) => !/^[2-9A-HJ-NP-Z]{8}$/.test(code))).toEqual([]);
    expect(new Set(derived.join('')).size).toBe(32);
  });

  it('comes from the last secret of the configuration, whatever its number', () => {
    const queryCodeSecret = [`2:${'b'.repeat(32)}`, `1:${'a'.repeat(32)}`];
    expect(new QueryCodes(Object.assign(new IntakeConfig(), { queryCodeSecret })).newest).toBe(1);
  });

  it('cannot be had without its secret', () =>
    expect(() => codes.derive(ID, { secret: 3, issue: 1 })).toThrow('version 3'));

  it('is kept as its SHA-256', () =>
    expect(hashOfCode('ABCDEFGH')).toBe('9ac2197d9258257b1ae8463e4214e4cd0a578bc1517f2415928b91be4283fc48'));
});
