/** Who has not moved for so many seconds is not at work: stopped, restarting, or waiting out a failure. */
const AT_WORK_SECONDS = 3;
/** So little behind, seconds, one that is back has caught up. */
const CAUGHT_UP_SECONDS = 0.5;
/** Seconds by which one that is back may fall behind again. */
const TOLERANCE_SECONDS = 2;

/** Where a queue is read. */
export interface QueueSample {
  /** Changes whenever the reader gets on. */
  position: string;
  /** Seconds for which what is read next has been waiting; 0 where nothing waits. */
  age: number;
}

/**
 * How far a reader that is at work is behind. One that stands still does not count, nor one that is catching up: what is left
 * unread is kept, and refusing work would not bring the reader back.
 */
export class LagTracker {
  private position?: string;
  /** When it last moved, or had nothing to read, or was first seen; `at` in seconds. */
  private since = 0;
  /** Seconds behind at that time; undefined before it was seen at work. */
  private behind?: number;
  private isAway = false;
  /** How far one that was away has come, seconds behind, while it is catching up. */
  private catchingUp?: number;

  /** Seconds behind now that count; `at` in seconds. */
  record({ position, age }: QueueSample, at: number): number {
    const isFirst = this.position === undefined;
    const hasMoved = !isFirst && position !== this.position;
    this.position = position;
    if (isFirst || hasMoved || age === 0) this.since = at;
    if (age === 0) this.behind = 0;
    else if (hasMoved) this.behind = age;
    else if (at - this.since > AT_WORK_SECONDS) this.behind = undefined;
    const behind = this.behind ?? 0;
    if (hasMoved && this.isAway) this.catchingUp = behind;
    this.isAway = at - this.since > AT_WORK_SECONDS;
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
