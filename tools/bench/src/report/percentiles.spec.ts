import { mean, median, percentile } from './percentiles.js';

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, place) => 100 - place);

  it('is the nearest rank, in whatever order the values come', () => {
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 1)).toBe(100);
  });

  it('counts what never came as longest', () => expect(percentile([1, Infinity, 2], 0.99)).toBe(Infinity));

  it('of nothing is no number', () => expect(percentile([], 0.5)).toBeNaN());

  it('at the middle is the median, which is not the mean', () => {
    expect(median([1, 2, 9])).toBe(2);
    expect(mean([1, 2, 9])).toBe(4);
  });
});
