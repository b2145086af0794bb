/** The sleep between two turns of a loop: so long, or until something is to do, or until the loop is stopped. */
export class PollLoop {
  private stopped = false;
  private nudged = false;
  private wake: () => void = () => {};
  private onStop: () => void = () => {};

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Waits so long, or until a stop; a nudge ends it early only where `mayWake`. Answers whether it was ended early. */
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

  /** Wakes the sleeper, or keeps the next sleep from beginning. */
  nudge(): void {
    this.nudged = true;
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.onStop();
  }
}
