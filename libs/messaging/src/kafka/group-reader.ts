import { setTimeout as pause } from 'node:timers/promises';
import { RepeatedWarning } from '@lianban/service-kit';
import type { RetryBatch } from '../consumer/batch-processor.js';
import type { RawMessage } from '../message.js';
import {
  isMissingTopic,
  isRefusal,
  type KafkaClient,
  type Member,
  type ReceivedBatch,
} from './kafka-client.js';

const HEARTBEAT_MS = 1_000;
/** A group that cannot be left within this, because Kafka is away, ends the session by itself. */
const LEAVE_TIMEOUT_MS = 3_000;
const RETRY_MS = 1_000;

export interface GroupReaderOptions {
  client: KafkaClient;
  /** With its prefix. */
  group: string;
  /** Without their prefix. */
  topics: readonly string[];
  /** The topics with their prefix, and where Kafka is: for messages to operators. */
  names: string;
  brokers: string;
  sessionTimeout: number;
  /** Partitions handled at the same time. */
  concurrency: number;
  /** Most records handed over at once. */
  batchSize: number;
  /** Handles records of one partition; answers when they are to be handed over again, undefined where they are done. `failures`: earlier tries. */
  handle(records: RawMessage[], failures: number): Promise<RetryBatch | undefined>;
  /** Around all that was fetched of one partition at once. */
  around?(records: readonly RawMessage[], handleAll: () => Promise<void>): Promise<void>;
  /** Before the offset of what was handled is committed. */
  beforeCommit?(): Promise<void> | void;
  onJoined?(): void;
  /** It cannot join now, and goes on trying. */
  onDelayed?(): void;
  /** The consumer has given up for good; without this it joins again. */
  onDeath?(failure: string): void;
  warn(message: string): void;
}

/** Reads topics as a member of a group: joins as soon as Kafka lets it, and hands over what comes in portions, each until it is done. */
export class GroupReader {
  private consumer?: Promise<Member | undefined>;
  private member?: Member;
  private lostAt = Date.now();
  private lastFailure = 'the consumer has not joined its group yet';
  private readonly warning: RepeatedWarning;
  private closing = false;

  constructor(private readonly options: GroupReaderOptions) {
    this.warning = new RepeatedWarning((message) => options.warn(message));
  }

  start(): void {
    this.consumer = this.join();
  }

  /** Why it gets no records now, or undefined. */
  failure(): string | undefined {
    return this.member ? this.member.failure() : this.lastFailure;
  }

  /** Since when it gets no records, by `Date.now()`; undefined while it gets them. */
  idleSince(): number | undefined {
    if (!this.member) return this.lostAt;
    return this.member.failure() === undefined ? undefined : this.member.lastSignAt() || this.lostAt;
  }

  lastSignAt(): number | undefined {
    return this.member?.lastSignAt();
  }

  async close(): Promise<void> {
    this.closing = true;
    await inTime(this.consumer?.then((member) => member?.close()));
  }

  /** Joining a group takes seconds, and as long as Kafka, a topic or a right is missing; the service answers HTTP meanwhile. */
  private async join(): Promise<Member | undefined> {
    const { client, group, topics, sessionTimeout, concurrency, onJoined, onDelayed } = this.options;
    while (!this.closing) {
      try {
        this.member = await client.consumer({
          ...{ group, topics, sessionTimeout, concurrency },
          onBatch: (batch) => this.handleBatch(batch),
          onDeath: (error) => this.end(error),
        });
        this.warning.reset();
        onJoined?.();
        return this.member;
      } catch (error) {
        const { names, brokers } = this.options;
        const advice = isMissingTopic(error) ? ' (the program `topics` creates what is missing)' : '';
        this.lastFailure = `cannot read ${names} as ${group} from Kafka at ${brokers}: ${(error as Error).message}${advice}`;
        this.warning.say(`waiting: ${this.lastFailure}`);
        onDelayed?.();
        await pause(RETRY_MS);
      }
    }
    return undefined;
  }

  private end(error: Error): void {
    if (this.closing) return;
    const before = this.member;
    this.member = undefined;
    this.lostAt = Date.now();
    const { names, onDeath } = this.options;
    if (onDeath && !isRefusal(error)) {
      this.lastFailure = `the consumer is dead: ${error.message}`;
      return onDeath(this.lastFailure);
    }
    this.lastFailure = `Kafka ${isRefusal(error) ? 'refuses' : 'has lost'} the consumer of ${names}: ${error.message}`;
    this.warning.say(this.lastFailure);
    this.consumer = Promise.all([inTime(before?.close()), pause(RETRY_MS)]).then(() => this.join());
  }

  private async handleBatch(batch: ReceivedBatch): Promise<void> {
    const { around } = this.options;
    const handleAll = (): Promise<void> => this.handleInPortions(batch);
    await (around ? around(batch.records, handleAll) : handleAll());
  }

  private async handleInPortions(batch: ReceivedBatch): Promise<void> {
    const { batchSize, beforeCommit } = this.options;
    for (let i = 0; i < batch.records.length; i += batchSize) {
      const records = batch.records.slice(i, i + batchSize);
      if (!(await this.handleUntilDone(records, batch))) return;
      await beforeCommit?.();
      batch.done(records.at(-1)!);
      await batch.heartbeat();
    }
  }

  /** Answers false when the partition has gone to somebody else meanwhile. */
  private async handleUntilDone(records: RawMessage[], batch: ReceivedBatch): Promise<boolean> {
    for (let failures = 0; batch.isOurs() && !this.closing; failures++) {
      const failure = await this.options.handle(records, failures);
      if (!failure) return true;
      await this.wait(failure.delay, batch);
    }
    return false;
  }

  private async wait(milliseconds: number, batch: ReceivedBatch): Promise<void> {
    for (let left = milliseconds; left > 0 && !this.closing; left -= HEARTBEAT_MS) {
      await pause(Math.min(left, HEARTBEAT_MS));
      await batch.heartbeat();
    }
  }
}

const inTime = (left: Promise<unknown> | undefined): Promise<unknown> =>
  Promise.race([left, pause(LEAVE_TIMEOUT_MS, undefined, { ref: false })]);
