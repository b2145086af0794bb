/** What may come at one moment, in seconds of the limit. */
const BURST_SECONDS = 0.25;

/** Lets so many a second pass. */
export class TokenBucket {
  private tokens = 0;
  private last = 0;

  /** May one more pass? `now` is in seconds. */
  has(limit: number, now: number): boolean {
    const passed = now - this.last;
    this.last = now;
    if (limit === Infinity) return true;
    this.tokens = Math.min(Math.max(1, limit * BURST_SECONDS), this.tokens + limit * passed);
    return this.tokens >= 1;
  }

  /** One has passed. */
  take(): void {
    this.tokens = Math.max(0, this.tokens - 1);
  }
}
