import { RecentRate } from './recent-rate.js';

describe('a rate', () => {
  it('is over the last minute, or since the start', () => {
    const rate = new RecentRate(0);
    expect(rate.perSecond(0)).toBe(0);
    rate.add(20, 1_000);
    expect(rate.perSecond(10_000)).toBe(2);
    rate.add(40, 30_000);
    expect(rate.perSecond(60_500)).toBe(1);
    expect(rate.perSecond(61_000)).toBe(40 / 60);
    expect(rate.perSecond(500_000)).toBe(0);
  });
});
