/** Longest pause between two batches, milliseconds. */
const MAX_PAUSE_MS = 80;
/** A batch that begins later than this after the one before did not follow it: it does not wait. */
const FLOW_GAP_MS = 250;

/**
 * Keeps the batches of a busy reader or sender apart by as long as the last one took, so that more gathers for the next: a batch costs
 * much more than a record in it.
 */
export class Linger {
  private endedAt = -Infinity;
  private until = -Infinity;

  constructor(private readonly now: () => number = () => performance.now()) {}

  async run<T>(batch: () => Promise<T>): Promise<T> {
    const beganAt = this.now();
    const isFlow = beganAt - this.endedAt < FLOW_GAP_MS;
    try {
      return await batch();
    } finally {
      this.endedAt = this.now();
      if (isFlow) this.until = this.endedAt + Math.min(MAX_PAUSE_MS, this.endedAt - beganAt);
    }
  }

  /** Milliseconds until the next batch should begin. */
  get pauseMs(): number {
    return Math.max(0, this.until - this.now());
  }
}
