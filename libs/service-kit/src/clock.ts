/** Synchronised clocks differ by less. */
const MAX_DRIFT_MS = 1_000;

/** The only source of "now", so that tests can set it: this machine's clock, corrected by a reference clock. */
export class Clock {
  /** How far the reference clock is ahead of this machine's. */
  private offsetMs = 0;

  get offset(): number {
    return this.offsetMs;
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Follows a reference clock if it differs by more than a second and by more than reading it took. */
  async syncWith(readReference: () => Promise<Date>): Promise<void> {
    const from = performance.now();
    const reference = await readReference();
    const took = performance.now() - from;
    const offset = reference.getTime() + took / 2 - Date.now();
    if (Math.abs(offset - this.offsetMs) > Math.max(MAX_DRIFT_MS, took))
      this.offsetMs = Math.abs(offset) > MAX_DRIFT_MS ? offset : 0;
  }
}
