import { normalAfter, normalSince, p99 } from './normal.js';
import type { Sample } from './probe.js';

/** Twenty requests a second; those of the outage are accepted when it is over. */
const samples = (outage?: { from: number; until: number }): Sample[] =>
  Array.from({ length: 400 }, (_, i) => i * 50).map((from) => {
    const isHit = outage && from >= outage.from && from < outage.until;
    return { from, until: (isHit ? outage.until : from) + 300 };
  });

describe('normalSince', () => {
  it('is the fault itself where nobody noticed it', () => {
    expect(normalSince(samples(), 600, 5_000, 20_000)).toBe(5_000);
  });

  it('is when the last of those who waited too long was accepted', () => {
    expect(normalSince(samples({ from: 5_000, until: 9_000 }), 600, 5_000, 20_000)).toBe(9_300);
  });

  it('is not yet where somebody still waits', () => {
    const waiting = samples().map((sample) =>
      sample.from === 7_000 ? { ...sample, until: Infinity } : sample,
    );
    expect(normalSince(waiting, 600, 5_000, 20_000)).toBeUndefined();
  });
});

describe('normalAfter', () => {
  it('is twice the p99 of before, and never less than can be distinguished', () => {
    expect(normalAfter(samples())).toBe(600);
    expect(normalAfter([{ from: 0, until: 10 }])).toBe(400);
    expect(p99([...Array(98).fill(1), 5, 9])).toBe(5);
  });
});
