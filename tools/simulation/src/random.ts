/** Chance from a seed: the same seed gives the same choices for ever. */
export class Random {
  constructor(private state: number) {}

  /** 0 up to 2³² − 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return this.next() % limit;
  }

  /** True in so many of a hundred. */
  percent(share: number): boolean {
    return this.next() % 10_000 < share * 100;
  }

  pick<T>(things: readonly T[]): T {
    return things[this.below(things.length)]!;
  }

  /** One of these, as often as its weight says. */
  weighted<T extends { weight: number }>(things: readonly T[]): T {
    let left = this.below(things.reduce((sum, { weight }) => sum + weight, 0));
    return things.find(({ weight }) => (left -= weight) < 0)!;
  }

  /** Some of these, in their order. */
  some<T>(things: readonly T[]): T[] {
    return things.filter(() => this.percent(50));
  }
}

/** A number that these words stand for, the same in every run (FNV-1a). */
export function numberOf(...words: (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join('|')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
