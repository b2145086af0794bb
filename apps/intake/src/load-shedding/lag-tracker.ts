/** A reader that has not moved for longer is stopped, restarting, or backing off. */
const AT_WORK_SECONDS = 3;
/** A returned reader has caught up below this lag. */
const CAUGHT_UP_SECONDS = 0.5;
/** How much a returned reader may fall behind again. */
const TOLERANCE_SECONDS = 2;

/** A reader's position in a queue. */
export interface QueueSample {
  /** Changes whenever the reader advances; null if nothing waits. */
  position: string | null;
  /** How long the next item has waited, in seconds; 0 if nothing waits. */
  age: number;
}

/**
 * Measures the lag of a working reader. A reader that stands still or catches up does not count, because refusing work would
 * not bring it back.
 */
export class LagTracker {
  private position?: string | null;
  /** When it last moved or was idle, in seconds. */
  private since = 0;
  private wasAtWork = false;
  private isAway = false;
  /** The lag of a returned reader while it catches up. */
  private catchingUp?: number;

  /** Answers the lag that counts; `at` in seconds. */
  record({ position, age }: QueueSample, at: number): number {
    const hasMoved = typeof this.position === 'string' && position !== this.position;
    if (this.position === undefined || hasMoved || age === 0) this.since = at;
    this.position = position;
    const standsFor = at - this.since;
    this.wasAtWork = age === 0 || hasMoved || (this.wasAtWork && standsFor <= AT_WORK_SECONDS);
    const behind = this.wasAtWork ? Math.max(0, age - standsFor) : 0;
    if (hasMoved && this.isAway) this.catchingUp = behind;
    this.isAway = standsFor > AT_WORK_SECONDS;
    return this.isCatchingUp(behind) ? 0 : behind;
  }

  private isCatchingUp(behind: number): boolean {
    const before = this.catchingUp;
    const isStill =
      before !== undefined && behind > CAUGHT_UP_SECONDS && behind <= before + TOLERANCE_SECONDS;
    this.catchingUp = isStill ? Math.min(before, behind) : undefined;
    return isStill;
  }
}
