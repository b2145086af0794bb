const BURST_SECONDS = 0.25;

/** Admits a limited number per second. */
export class TokenBucket {
  private tokens = 0;
  private last = 0;

  /** `now` is in seconds. */
  has(limit: number, now: number): boolean {
    const passed = now - this.last;
    this.last = now;
    if (limit === Infinity) return true;
    this.tokens = Math.min(Math.max(1, limit * BURST_SECONDS), this.tokens + limit * passed);
    return this.tokens >= 1;
  }

  take(): void {
    this.tokens = Math.max(0, this.tokens - 1);
  }
}
