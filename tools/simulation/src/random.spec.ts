import { numberOf, Random } from './random.js';

const first = (seed: number, count: number): number[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('Random', () => {
  it('gives the same choices for the same seed, and others for another', () => {
    expect(first(7, 5)).toEqual(first(7, 5));
    expect(first(8, 5)).not.toEqual(first(7, 5));
  });

  it('chooses as often as the weights say', () => {
    const random = new Random(1);
    const things = [{ weight: 3 }, { weight: 0 }, { weight: 1 }];
    const chosen = Array.from({ length: 4_000 }, () => things.indexOf(random.weighted(things)));
    expect(chosen.filter((index) => index === 0).length / 4_000).toBeCloseTo(0.75, 1);
    expect(chosen).not.toContain(1);
  });
});

describe('numberOf', () => {
  it('tells words apart', () => expect(numberOf('a', 'b')).not.toBe(numberOf('ab')));
});
