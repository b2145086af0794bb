const INTERVAL_MS = 30_000;

/** Says at once what is missing, and while it stays so once in half a minute. */
export class RepeatedWarning {
  private lastAt?: number;

  constructor(private readonly warn: (message: string) => void) {}

  say(message: string): void {
    const now = performance.now();
    if (this.lastAt !== undefined && now - this.lastAt < INTERVAL_MS) return;
    this.lastAt = now;
    this.warn(message);
  }

  /** It is there again. */
  reset(): void {
    this.lastAt = undefined;
  }
}
