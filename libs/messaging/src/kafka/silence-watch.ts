const LOOK_MS = 5_000;
const ANSWER_MS = 10_000;
/** kafkajs gives a request up after half a minute, and only then connects anew. */
const RECOVERY_MS = 35_000;

export interface SilenceOptions {
  /** So long without a sign is suspicious, ms. */
  patience: number;
  /** Whether the other side answers anybody. */
  answers(): Promise<boolean>;
  onDeath(error: Error): void;
}

/** A consumer is dead that hears nothing although Kafka answers others. Where Kafka is silent to all, a new process would hear no more. */
export class SilenceWatch {
  private last = Date.now();
  private answersSince?: number;
  private isAsking = false;
  private isClosed = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: SilenceOptions) {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }

  /** There was a sign of life. */
  heard(): void {
    this.last = Date.now();
    this.answersSince = undefined;
  }

  close(): void {
    clearInterval(this.timer);
    this.isClosed = true;
  }

  private async look(): Promise<void> {
    const { patience, onDeath } = this.options;
    const since = this.last;
    if (this.isAsking || Date.now() - since <= patience) return;
    this.isAsking = true;
    const answers = await this.answersInTime();
    this.isAsking = false;
    if (this.isClosed || this.last !== since) return;
    this.answersSince = answers ? (this.answersSince ?? Date.now()) : undefined;
    if (answers && Date.now() - this.answersSince! > RECOVERY_MS)
      onDeath(new Error(`no fetch for ${Date.now() - since} ms`));
  }

  private async answersInTime(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), ANSWER_MS);
    const answers = this.options.answers().catch(() => false);
    return Promise.race([answers, late.promise]).finally(() => clearTimeout(timer));
  }
}
