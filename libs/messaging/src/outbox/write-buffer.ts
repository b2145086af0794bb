const FULL = 500;
const DELAY_MS = 200;

/** Gathers items and writes them together: when they are many, after a while, or when asked. What fails is written again. */
export class WriteBuffer<T> {
  private items: T[] = [];
  private timer?: NodeJS.Timeout;
  private writing?: Promise<boolean>;
  private isClosed = false;

  constructor(private readonly write: (items: T[]) => Promise<void>) {}

  add(items: readonly T[]): void {
    this.items.push(...items);
    if (this.items.length >= FULL && !this.writing && !this.isClosed) void this.flush();
    else this.schedule();
  }

  /** Writes everything that is there; answers whether that succeeded. */
  async flush(): Promise<boolean> {
    while (this.writing) await this.writing;
    this.writing = this.writeAll().finally(() => (this.writing = undefined));
    return this.writing;
  }

  /** Writes what is there, if that succeeds at once; what is added later is left. */
  async close(): Promise<void> {
    await this.flush();
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.isClosed) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (!this.writing) void this.flush();
    }, DELAY_MS).unref();
  }

  private async writeAll(): Promise<boolean> {
    while (this.items.length > 0) {
      const page = this.items.splice(0, FULL);
      try {
        await this.write(page);
      } catch {
        this.items.unshift(...page);
        this.schedule();
        return false;
      }
    }
    return true;
  }
}
