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

  it('has eight characters that nobody mistakes for another', () =>
    expect(codes.derive(ID, { secret: 2, issue: 1 })).toMatch(/^[2-9A-HJ-NP-Z]{8}$/));

  it('comes from the last secret of the configuration', () => expect(codes.newest).toBe(2));

  it('cannot be had without its secret', () =>
    expect(() => codes.derive(ID, { secret: 3, issue: 1 })).toThrow('version 3'));

  it('is kept as a hash', () => expect(hashOfCode('ABCDEFGH')).toMatch(/^[0-9a-f]{64}$/));
});
