/** Runs at most so many at once; the others wait in order. */
export class ConcurrencyLimit {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async use<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private async acquire() {
    if (this.free > 0) this.free--;
    else await new Promise<void>((acquire) => this.waiting.push(acquire));
  }

  private release() {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
