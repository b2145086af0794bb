/** Milliseconds between two turns of a flow. */
const REST = 80;
/** A turn that begins so many milliseconds after the one before, or later, begins no flow: what comes alone does not wait. */
const APART = 250;

/**
 * Keeps the turns of a reader apart while records flow: what gathers meanwhile goes into the next one, and a turn costs
 * much more than a record in it.
 */
export class Pace {
  private ended = -Infinity;
  private until = -Infinity;

  constructor(private readonly now: () => number = () => performance.now()) {}

  async turn<T>(act: () => Promise<T>): Promise<T> {
    const flows = this.now() - this.ended < APART;
    try {
      return await act();
    } finally {
      this.ended = this.now();
      if (flows) this.until = this.ended + REST;
    }
  }

  /** Milliseconds until the next turn should begin. */
  get rest(): number {
    return Math.max(0, this.until - this.now());
  }
}
