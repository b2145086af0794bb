import { Logger } from '@nestjs/common';
import { BatchProcessor, RetryBatch } from '../consumer/batch-processor.js';
import type { RecordReader } from '../consumer/handlers.js';
import { backoffMs } from '../failures.js';
import { Linger } from '../linger.js';
import { MemoryLimit } from '../outbox/outbox.js';
import type { MessagingConfig } from '../messaging.config.js';
import { PollLoop } from '../poll-loop.js';
import type { EmbeddedOutbox } from './embedded-outbox.js';
import { toRawMessages, type TrackedRow } from './tracked-row.js';

const IDLE_MS = 60_000;
/** All groups share one thread, and no hop costs a round trip through a broker: larger batches are worth a longer pause. */
const MAX_PAUSE_MS = 250;

export interface GroupOptions {
  /** The service that reads. */
  name: string;
  reader: RecordReader;
  processor: BatchProcessor;
  config: MessagingConfig;
  /** Offers what is left in the outboxes for this group, as far as it has room. */
  refill(group: GroupQueue): Promise<void>;
}

/** One consumer group: a bounded queue that never makes anybody wait, and the loop that handles what is in it, batch by batch. */
export class GroupQueue {
  readonly name: string;
  /** How far the outboxes have been searched for what lies there for this group, while they are. */
  scan?: Map<EmbeddedOutbox, string>;
  private needsScan = true;
  private readonly logger: Logger;
  private readonly loop = new PollLoop();
  private readonly linger = new Linger(MAX_PAUSE_MS);
  private readonly limit: MemoryLimit;
  private waiting: TrackedRow[] = [];
  /** Messages in the rows that wait. */
  private records = 0;
  private running?: Promise<void>;

  constructor(private readonly options: GroupOptions) {
    this.name = options.name;
    this.logger = new Logger(`GroupQueue ${options.name}`);
    this.limit = new MemoryLimit(options.config.queueMaxRecords, options.config.queueMaxBytes);
  }

  start(): void {
    this.running = this.run();
  }

  /** Finishes the batch in hand; what is left in the queue is left in the outboxes. */
  async stop(): Promise<void> {
    this.loop.stop();
    await this.running;
    this.waiting.splice(0).forEach((tracked) => this.leave(tracked));
  }

  /** Takes a new row into the queue; false where there is no room, or where older ones wait in the outboxes. */
  tryPush(tracked: TrackedRow): boolean {
    const isOthersTurn = this.hasBacklog && this.records >= this.options.config.batchSize / 2;
    return !isOthersTurn && this.tryRefill(tracked);
  }

  /** Takes a row from the outbox into the queue; false where there is no room. */
  tryRefill(tracked: TrackedRow): boolean {
    if (this.loop.isStopped || !this.limit.tryAcquire(tracked.row.messages)) return false;
    this.waiting.push(tracked);
    this.records += tracked.row.messages.length;
    this.loop.nudge();
    return true;
  }

  /** Rows for this group may lie in the outboxes. */
  scanAgain(): void {
    this.needsScan = true;
    this.loop.nudge();
  }

  beginScan(scan: Map<EmbeddedOutbox, string>): void {
    if (this.scan !== scan) this.needsScan = false;
    this.scan = scan;
  }

  private get hasBacklog(): boolean {
    return this.needsScan || this.scan !== undefined;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.loop.isStopped;) {
      try {
        if (this.hasBacklog && this.records < this.options.config.batchSize) await this.options.refill(this);
        failures = 0;
      } catch (error) {
        this.logger.warn(`the outboxes cannot be read now: ${(error as Error).message}`);
        await this.loop.sleep(backoffMs(++failures));
      }
      if (this.waiting.length === 0 && !this.hasBacklog) await this.loop.sleep(IDLE_MS, true);
      const batch = this.nextBatch();
      if (batch.length > 0) await this.linger.run(() => this.handle(batch));
      if (this.linger.pauseMs > 0) await this.loop.sleep(this.linger.pauseMs);
    }
  }

  private nextBatch(): TrackedRow[] {
    let [count, records] = [0, 0];
    for (; count < this.waiting.length && (count === 0 || records < this.options.config.batchSize); count++)
      records += this.waiting[count]!.row.messages.length;
    this.records -= records;
    return this.waiting.splice(0, count);
  }

  private async handle(batch: TrackedRow[]): Promise<void> {
    const messages = batch.flatMap(toRawMessages);
    const { processor, reader } = this.options;
    for (let failures = 0; !this.loop.isStopped; failures++) {
      try {
        await processor.handle(reader, messages, failures);
        return batch.forEach((tracked) => this.finish(tracked));
      } catch (error) {
        if (!(error instanceof RetryBatch)) throw error;
        await this.loop.sleep(error.delay);
      }
    }
    batch.forEach((tracked) => this.leave(tracked));
  }

  private finish(tracked: TrackedRow): void {
    tracked.isPartlyDone = true;
    this.unqueue(tracked);
  }

  private leave(tracked: TrackedRow): void {
    tracked.left.add(this.name);
    this.unqueue(tracked);
  }

  private unqueue(tracked: TrackedRow): void {
    this.limit.release(tracked.row.messages);
    tracked.queued.delete(this.name);
    if (tracked.queued.size === 0) tracked.onUnqueued();
  }
}
