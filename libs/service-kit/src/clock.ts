/** Two clocks that are kept differ by less, ms. */
const TRIFLE = 1_000;

/** The only source of "now", so that a test can set it: this machine's clock, put right by another where the two differ. */
export class Clock {
  /** Milliseconds that the other is ahead of this machine's. */
  private ahead = 0;

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  /** Goes by the clock that `ask` reads from now on, where it differs by more than a second and than the asking took. */
  async syncWith(ask: () => Promise<Date>): Promise<void> {
    const from = performance.now();
    const theirs = await ask();
    const took = performance.now() - from;
    const ahead = theirs.getTime() + took / 2 - Date.now();
    if (Math.abs(ahead - this.ahead) > Math.max(TRIFLE, took))
      this.ahead = Math.abs(ahead) > TRIFLE ? ahead : 0;
  }
}
