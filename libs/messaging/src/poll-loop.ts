import { onPoke } from './pokes.js';

const QUICK_TRIES = 50;
const FIRST_WAIT = 2;
const LONGEST_WAIT = 20;

/** Sleeps between reads: until a poke, or the poll interval; after a poke, briefly and then less so until its commit is visible. */
export class PollLoop {
  private poked = 0n;
  private quick = 0;
  private wait = FIRST_WAIT;
  private stopped = false;
  private nudged = false;
  private wake: () => void = () => {};
  private readonly unsubscribe: () => void;

  constructor(
    topics: readonly string[],
    private readonly interval: number,
  ) {
    this.unsubscribe = onPoke(topics, (xid) => this.poke(xid));
  }

  /** Something was committed by this transaction. */
  poke(xid: bigint): void {
    if (xid > this.poked) this.poked = xid;
    this.quick = QUICK_TRIES;
    this.nudge();
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** After a read that found nothing below `bound`, the oldest transaction id that may still commit. */
  async rest(bound: bigint): Promise<void> {
    const expecting = this.poked >= bound && this.quick-- > 0;
    await this.sleep(expecting ? this.wait : this.interval, !expecting);
    this.wait = expecting ? Math.min(1.5 * this.wait, LONGEST_WAIT) : FIRST_WAIT;
  }

  /** A read has found something: the next commit is waited for as briefly again. */
  found(): void {
    this.wait = FIRST_WAIT;
  }

  /** Waits so long, or until a stop; a poke ends it early only where `mayWake`. Answers whether it was ended early. */
  sleep(milliseconds: number, mayWake = false): Promise<boolean> {
    if (this.stopped || (mayWake && this.nudged)) {
      this.nudged = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), milliseconds);
      const done = (early = true): void => {
        clearTimeout(timer);
        if (mayWake) this.nudged = false;
        resolve(early);
      };
      this.onStop = done;
      this.wake = mayWake ? done : () => {};
    });
  }

  private onStop: () => void = () => {};

  /** Wakes the sleeper, or keeps the next sleep from beginning. */
  nudge(): void {
    this.nudged = true;
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.unsubscribe();
    this.onStop();
  }
}
