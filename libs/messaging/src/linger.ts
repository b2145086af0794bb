/** A batch that begins later than this after the one before did not follow it: it does not wait. */
const FLOW_GAP_MS = 400;
/** What a batch takes on a machine that has little to do, milliseconds. */
const CALM_BATCH_MS = 5;

/**
 * Keeps the batches of a busy reader or sender apart, so that more gathers for the next: a batch costs much more than a record in it.
 * The pause grows with the square of what the last batch took: a batch that takes long tells of a busy machine, and there a
 * larger batch saves what everybody waits for.
 */
export class Linger {
  private endedAt = -Infinity;
  private until = -Infinity;

  /** @param maxPauseMs the longest pause between two batches */
  constructor(
    private readonly maxPauseMs = 50,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async run<T>(batch: () => Promise<T>): Promise<T> {
    const beganAt = this.now();
    const isFlow = beganAt - this.endedAt < FLOW_GAP_MS;
    try {
      return await batch();
    } finally {
      this.endedAt = this.now();
      if (isFlow) this.until = this.endedAt + this.pauseAfter(this.endedAt - beganAt);
    }
  }

  /** Milliseconds until the next batch should begin. */
  get pauseMs(): number {
    return Math.max(0, this.until - this.now());
  }

  private pauseAfter(tookMs: number): number {
    return Math.min(this.maxPauseMs, (tookMs * tookMs) / CALM_BATCH_MS);
  }
}
