import { Random } from './random.js';

const row = (seed: number | string): number[] => {
  const random = new Random(seed);
  return Array.from({ length: 100 }, () => random.next());
};

describe('Random', () => {
  it('gives the same row for the same seed, and another for another', () => {
    expect(row(7)).toEqual(row(7));
    expect(row(7)).not.toEqual(row(8));
    expect(row('1 load')).not.toEqual(row('1 faults'));
  });

  it('stays within its limits', () => {
    const random = new Random(1);
    const wholes = Array.from({ length: 1_000 }, () => random.whole(3, 5));
    expect(new Set(wholes)).toEqual(new Set([3, 4, 5]));
    expect(row(1).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
