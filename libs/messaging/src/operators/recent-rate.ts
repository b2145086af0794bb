const SECONDS = 60;

/** How often something happened, a second, over the last minute. */
export class RecentRate {
  private readonly counts = new Array<number>(SECONDS).fill(0);
  private second: number;

  constructor(private readonly startedMs: number) {
    this.second = Math.floor(startedMs / 1_000);
  }

  add(count: number, nowMs: number): void {
    this.moveTo(nowMs);
    this.counts[this.second % SECONDS]! += count;
  }

  /** Over the time since the start where that is shorter. */
  perSecond(nowMs: number): number {
    this.moveTo(nowMs);
    const seconds = Math.min(SECONDS, Math.max(1, (nowMs - this.startedMs) / 1_000));
    return this.counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  private moveTo(nowMs: number): void {
    const now = Math.floor(nowMs / 1_000);
    for (let passed = Math.max(this.second + 1, now - SECONDS + 1); passed <= now; passed++)
      this.counts[passed % SECONDS] = 0;
    this.second = Math.max(this.second, now);
  }
}
