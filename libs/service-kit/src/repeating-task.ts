/** A task that is done again and again, never twice at once; what it throws is handed on, and the next turn tries again. */
export class RepeatingTask {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(
    private readonly task: () => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Every so many milliseconds from now on. */
  start(intervalMs: number): void {
    this.timer = setInterval(() => this.run(), intervalMs);
  }

  /** Waits for the turn that is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private run(): void {
    this.running ??= this.task()
      .catch(this.onError)
      .finally(() => (this.running = undefined));
  }
}
