import { onPoke } from './pokes.js';

const QUICK = 2;
const QUICK_TRIES = 50;

/** Sleeps between reads: until a poke, or the poll interval; after a poke, briefly until its commit is visible. */
export class Waker {
  private poked = 0n;
  private quick = 0;
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
    await this.sleep(expecting ? QUICK : this.interval, !expecting);
  }

  /** Waits so long, or until a stop; a poke ends it early only where `mayWake`. */
  sleep(milliseconds: number, mayWake = false): Promise<void> {
    if (this.stopped || (mayWake && this.nudged)) {
      this.nudged = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(), milliseconds);
      const done = (): void => {
        clearTimeout(timer);
        if (mayWake) this.nudged = false;
        resolve();
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
