import { goodput, timeToNormal } from './p11-overload.js';

const times = (...values: number[]) => Float64Array.from(values);

describe('an overload', () => {
  it('has as goodput what came to the end while it lasted, after its first tenth', () => {
    const reached = times(1_050, 1_500, NaN, 1_900, 2_500);
    expect(goodput({ reached }, 1_000, 2_000)).toBeCloseTo(2 / 0.9);
  });

  it('is over when a request takes at most twice what it took before', () => {
    const due = times(0, 100, 1_000, 2_000, 2_500, 3_000);
    const reached = times(20, 120, 1_900, 2_100, NaN, 3_040);
    expect(timeToNormal({ due, reached }, 500, 2_000)).toBe(1_000);
  });

  it('is never over where none does', () => {
    const due = times(0, 2_000);
    expect(timeToNormal({ due, reached: times(10, 2_900) }, 500, 2_000)).toBe(Infinity);
  });
});
