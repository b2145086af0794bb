import { classifyDatabaseError, Log } from '@lianban/service-kit';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { backoffMs } from '../failures.js';
import { Linger } from '../linger.js';
import { PollLoop } from '../poll-loop.js';

const MAX_BATCH_SIZE = 64;
/** How many times longer it waits before it looks again while nothing is due. */
const IDLE_FACTOR = 2;

/** What came of one item of work. */
export interface Done<T, R> {
  item: T;
  result: R;
}

/** Work that is due in the database, of which each item is leased to one process at a time. */
export interface LeasedWork<T, R> {
  /** Leases what is due, as much as there is capacity for now. */
  lease(): Promise<T[]>;
  /** Does one, outside any transaction. Where it throws, the item is left to its lease. */
  perform(item: T): Promise<R>;
  /** Records in one transaction what came of these. */
  record(batch: readonly Done<T, R>[]): Promise<void>;
  /** Records that the result of an item can never be stored. */
  recordFailure(item: T, error: unknown): Promise<void>;
  /** Is it worth to look for more as soon as one is done, with so many still under way? */
  hasMore(inFlight: number): boolean;
  /** When to look again, milliseconds, where that is to be sooner than usual. */
  nextLookMs?(): number | undefined;
}

/** Leases what is due, does it with no transaction open, and records the results a batch at a time. */
export class LeasedWorker<T, R> {
  private readonly pollLoop = new PollLoop();
  private readonly inFlight = new Set<Promise<void>>();
  private results: Done<T, R>[] = [];
  private recording?: Promise<void>;
  private running?: Promise<void>;
  private readonly linger = new Linger();
  /** Sleeps of its own: those of the search for due work must stay wakeable. */
  private readonly recordLoop = new PollLoop();

  constructor(
    private readonly work: LeasedWork<T, R>,
    private readonly pollMs: number,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Work under way is waited for, and its results are recorded. */
  async stop(): Promise<void> {
    this.pollLoop.stop();
    this.recordLoop.stop();
    await this.running;
    await Promise.all(this.inFlight);
    await this.recording;
  }

  /** Something is due. */
  wake(): void {
    this.pollLoop.nudge();
  }

  /** Do results come in faster than they are recorded? */
  get isBehind(): boolean {
    return this.results.length >= MAX_BATCH_SIZE;
  }

  get inFlightCount(): number {
    return this.inFlight.size;
  }

  /** Does an item that is leased already. */
  perform(item: T): void {
    // What is recorded together is not part of the span of who asked first.
    const done = context
      .with(ROOT_CONTEXT, () => this.performAndRecord(item))
      .catch((error: Error) => this.log.error('work is left to its lease', error))
      .finally(() => {
        this.inFlight.delete(done);
        if (this.work.hasMore(this.inFlight.size)) this.wake();
      });
    this.inFlight.add(done);
  }

  private async run(): Promise<void> {
    for (let failures = 0, isIdle = false; !this.pollLoop.isStopped;) {
      try {
        const leased = await this.work.lease();
        failures = 0;
        leased.forEach((item) => this.perform(item));
        const usual = this.pollMs * (isIdle ? IDLE_FACTOR : 1);
        const wasWoken = await this.pollLoop.sleep(Math.min(this.work.nextLookMs?.() ?? usual, usual), true);
        isIdle = !wasWoken && leased.length === 0;
      } catch (error) {
        this.log.warn('cannot look for what is due', error);
        await this.pollLoop.sleep(backoffMs(++failures));
      }
    }
  }

  private async performAndRecord(item: T): Promise<void> {
    const result = await this.work.perform(item);
    this.results.push({ item, result });
    this.recording ??= this.record();
    await this.recording;
  }

  /** What comes in while one transaction runs goes into the next one together; after a failure each goes alone. */
  private async record(): Promise<void> {
    for (let failures = 0; this.results.length > 0;) {
      const batch = this.results.slice(0, failures > 0 ? 1 : MAX_BATCH_SIZE);
      try {
        await this.linger.run(() => this.work.record(batch));
        this.results = this.results.slice(batch.length);
        failures = 0;
        if (this.linger.pauseMs > 0) await this.recordLoop.sleep(this.linger.pauseMs);
      } catch (error) {
        this.log.warn('results cannot be recorded now', error);
        if (this.recordLoop.isStopped) this.results = [];
        else if (batch.length === 1 && classifyDatabaseError(error) === 'permanent')
          await this.recordFailure(this.results.shift()!.item, error);
        await this.recordLoop.sleep(backoffMs(++failures));
      }
    }
    this.recording = undefined;
  }

  private recordFailure(item: T, error: unknown): Promise<void> {
    return this.work
      .recordFailure(item, error)
      .catch((failure: Error) => this.log.error('work is left to its lease', failure));
  }
}
