import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { RepeatedWarning } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { Checkpoints } from '../checkpoints.js';
import { backoffMs } from '../failures.js';
import { Linger } from '../linger.js';
import type { OutgoingMessage } from '../message.js';
import { MessagingConfig } from '../messaging.config.js';
import { deleteRows } from '../outbox/outbox-table.js';
import { MemoryLimit, Outbox, sizeOf, type OutboxRow } from '../outbox/outbox.js';
import { parkUnsendable } from '../outbox/unsendable.js';
import { WriteBuffer } from '../outbox/write-buffer.js';
import { PollLoop } from '../poll-loop.js';
import { MessageTraces } from '../tracing/message-traces.js';
import { isFaultOfRecord, type Producer } from './kafka-client.js';

const MAX_SEND_RECORDS = 500;
/** Of one send: what of it goes to one partition must not be more than a topic takes at once. */
const MAX_SEND_BYTES = 512 * 1024;
const IDLE_MS = 60_000;
/** For so long a process that stops goes on sending what it has in memory. */
const DRAIN_MS = 3_000;

interface Entry {
  row: OutboxRow;
  /** So many of its messages, from the first, were sent or parked. */
  done: number;
  onDone(): void;
}

interface Unsent {
  entry: Entry;
  message: OutgoingMessage;
}

/**
 * Sends committed events to Kafka: one send in flight, everything that waits goes into the next one. Rows are deleted in
 * batches once the broker has acknowledged them.
 */
@Injectable()
export class KafkaOutbox extends Outbox {
  private readonly logger = new Logger('KafkaOutbox');
  private readonly loop = new PollLoop();
  private readonly linger = new Linger();
  private readonly limit: MemoryLimit;
  private readonly deletions: WriteBuffer<string>;
  /** Rows in memory, and those that were sent and are not deleted yet. */
  private readonly known = new Set<string>();
  /** Older rows wait in the table: newer ones have no room in memory until those are sent. */
  isYielding = false;
  private waiting: Entry[] = [];
  private sending: Entry[] = [];
  private records = 0;
  private process?: number;
  private running?: Promise<void>;
  private producer?: Producer;
  private lastFailure?: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly checkpoints: Checkpoints,
    private readonly traces: MessageTraces,
    @Inject(MessagingConfig) config: MessagingConfig,
  ) {
    super();
    this.limit = new MemoryLimit(config.queueMaxRecords, config.queueMaxBytes);
    this.deletions = new WriteBuffer((ids) => this.delete(ids));
  }

  override get length(): number {
    return this.records;
  }

  /** Why Kafka did not take what was sent last; undefined where it did. */
  get failure(): string | undefined {
    return this.lastFailure;
  }

  get knownRows(): string[] {
    return [...this.known];
  }

  start(connect: () => Promise<Producer>): void {
    this.running = this.run(connect);
  }

  /** From now on rows are named after this process, which holds its lock. */
  setProcess(process: number): void {
    this.process = process;
  }

  /** Sends what is in memory for a while yet; what is left is a row that another process finds. */
  async stop(): Promise<void> {
    this.process = undefined;
    for (const end = Date.now() + DRAIN_MS; this.running && this.length > 0 && Date.now() < end;)
      await pause(10);
    this.loop.stop();
    await this.running;
    for (const { onDone } of this.waiting.splice(0)) onDone();
    this.records = 0;
    await this.deletions.close();
    await this.producer?.close();
  }

  override reserve(messages: readonly OutgoingMessage[]): number | undefined {
    if (this.process === undefined || this.isYielding) return undefined;
    return this.limit.tryAcquire(messages) ? this.process : undefined;
  }

  override release(messages: readonly OutgoingMessage[]): void {
    this.limit.release(messages);
  }

  override send(rows: OutboxRow[]): void {
    this.enqueue(rows.map((row) => ({ row, done: 0, onDone: () => this.limit.release(row.messages) })));
  }

  /** Sends a page of rows that nobody has in memory; resolves when they have been sent and deleted. */
  async sendPage(rows: OutboxRow[]): Promise<void> {
    await new Promise<void>((resolve) => {
      let left = rows.length;
      const onDone = (): void => {
        left -= 1;
        if (left === 0) resolve();
      };
      this.enqueue(rows.map((row) => ({ row, done: 0, onDone })));
    });
    await this.deletions.flush();
  }

  private enqueue(entries: Entry[]): void {
    for (const entry of entries) {
      this.known.add(entry.row.rowId);
      this.waiting.push(entry);
      this.records += entry.row.messages.length;
    }
    this.loop.nudge();
  }

  private async run(connect: () => Promise<Producer>): Promise<void> {
    const warning = new RepeatedWarning((message) => this.logger.warn(message));
    for (let failures = 0; !this.loop.isStopped;) {
      if (this.waiting.length === 0) {
        await this.loop.sleep(IDLE_MS, true);
        continue;
      }
      this.sending = this.nextBatch();
      try {
        const producer = (this.producer ??= await connect());
        await this.linger.run(() => this.deliver(unsentOf(this.sending), producer));
        failures = 0;
        this.lastFailure = undefined;
        warning.reset();
      } catch (error) {
        const topics = [...new Set(this.sending.map(({ row }) => row.topic))].join(', ');
        this.lastFailure = `cannot send to ${topics} now: ${(error as Error).message}`;
        warning.say(this.lastFailure);
        this.waiting.unshift(...this.sending.filter((entry) => !isDone(entry)));
        this.sending = [];
        await this.loop.sleep(backoffMs(++failures));
      }
      this.sending = [];
      if (this.linger.pauseMs > 0) await this.loop.sleep(this.linger.pauseMs);
    }
  }

  private nextBatch(): Entry[] {
    let count = 0;
    for (let [records, bytes] = [0, 0]; count < this.waiting.length; count++) {
      const { messages } = this.waiting[count]!.row;
      records += messages.length;
      bytes += sizeOf(messages);
      if (count > 0 && (records > MAX_SEND_RECORDS || bytes > MAX_SEND_BYTES)) break;
    }
    return this.waiting.splice(0, count);
  }

  /** Halves a batch that fails for what is in it, until the guilty record is alone. */
  private async deliver(batch: Unsent[], producer: Producer): Promise<void> {
    const messages = batch.map(({ message }) => message);
    const endSpans = this.traces.send(messages);
    try {
      await producer.send(messages);
      endSpans();
    } catch (error) {
      endSpans(error);
      if (!isFaultOfRecord(error)) throw error;
      if (batch.length === 1) return this.park(batch[0]!, error as Error);
      const middle = batch.length >> 1;
      await this.deliver(batch.slice(0, middle), producer);
      return this.deliver(batch.slice(middle), producer);
    }
    await this.checkpoints.reach('sent');
    this.finish(batch);
  }

  private async park(unsent: Unsent, error: Error): Promise<void> {
    this.logger.error(`parked event ${unsent.message.id} of the outbox: ${error.message}`);
    await parkUnsendable(this.dataSource, unsent.message, error.message);
    this.finish([unsent]);
  }

  private finish(sent: readonly Unsent[]): void {
    this.records -= sent.length;
    const rows: string[] = [];
    for (const { entry } of sent) {
      entry.done += 1;
      if (!isDone(entry)) continue;
      entry.onDone();
      rows.push(entry.row.rowId);
    }
    if (rows.length > 0) this.deletions.add(rows);
  }

  private async delete(ids: string[]): Promise<void> {
    await deleteRows(this.dataSource, ids);
    ids.forEach((id) => this.known.delete(id));
    await this.checkpoints.reach('outbox-deleted');
  }
}

const isDone = ({ row, done }: Entry): boolean => done === row.messages.length;

const unsentOf = (entries: readonly Entry[]): Unsent[] =>
  entries.flatMap((entry) => entry.row.messages.slice(entry.done).map((message) => ({ entry, message })));
