import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { PARTITIONS, TOPICS } from '@lianban/contracts';
import {
  CertificateExpiry,
  Dependencies,
  Metrics,
  Readiness,
  RepeatedWarning,
  type Requirement,
  untilDatabaseAnswers,
} from '@lianban/service-kit';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Batcher } from '../batcher.js';
import { Checkpoints } from '../checkpoints.js';
import { BatchProcessor, RetryBatch } from '../consumer/batch-processor.js';
import { EventHandlers, type Handlers } from '../consumer/handlers.js';
import { adoptTransport } from '../installation.js';
import { Linger } from '../linger.js';
import type { RawMessage } from '../message.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import { ProcessExit } from '../process-exit.js';
import { isRefusal, KafkaClient, type Member, type ReceivedBatch } from './kafka-client.js';
import { KafkaOutbox } from './kafka-outbox.js';
import { certificatesOf } from './kafka-security.js';
import { OutboxSweeper } from './outbox-sweeper.js';
import { OldestUnread } from './unread.js';

const HEARTBEAT_MS = 1_000;
/** A group that cannot be left within this, because Kafka is away, ends the session by itself. */
const LEAVE_TIMEOUT_MS = 3_000;
const RETRY_MS = 1_000;

/** Records of one partition, and how often they have failed. */
interface PartitionBatch {
  records: RawMessage[];
  failures: number;
}

function onlyRetry(error: unknown): RetryBatch {
  if (error instanceof RetryBatch) return error;
  throw error;
}

function addLastFetch(metrics: Metrics, lastSignAt: () => number | undefined): void {
  new Gauge({
    name: 'lianban_consumer_last_fetch_timestamp_seconds',
    help: 'When the consumer last fetched records or sent a heartbeat; 0 before its first',
    registers: [metrics.registry],
    collect() {
      this.set((lastSignAt() ?? 0) / 1_000);
    },
  });
}

/** Sends this service's outbox to Kafka and hands what Kafka brings to the handlers, batch by batch. */
@Injectable()
export class KafkaTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('KafkaTransport');
  private consumer?: Promise<Member | undefined>;
  private member?: Member;
  private lostAt = Date.now();
  private unread?: OldestUnread;
  private failure = 'the consumer has not joined its group yet';
  private readonly warning = new RepeatedWarning((message) => this.logger.warn(message));
  private closing = false;
  private readonly linger = new Linger();
  private handlers: Handlers = new Map();
  /** What several partitions brought is handled in one transaction. */
  private readonly batcher: Batcher<PartitionBatch, RetryBatch | undefined>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly processor: BatchProcessor,
    private readonly outbox: KafkaOutbox,
    private readonly sweeper: OutboxSweeper,
    private readonly checkpoints: Checkpoints,
    private readonly eventHandlers: EventHandlers,
    private readonly exit: ProcessExit,
    private readonly dependencies: Dependencies,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly certificates: CertificateExpiry,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    super();
    this.batcher = new Batcher((batches) => this.linger.run(() => this.handleTogether(batches)), {
      maxBatchSize: config.batchSize,
      sizeOf: ({ records }) => records.length,
    });
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    this.dependencies.add('kafka', () => {
      const failure = this.outbox.failure ?? this.consumerFailure();
      if (failure) throw new Error(failure);
    });
    const joined = this.readiness.require('consumer');
    try {
      const warn = (message: string): void => this.logger.warn(message);
      await untilDatabaseAnswers(warn, () => adoptTransport(this.dataSource, 'kafka'));
      this.handlers = this.eventHandlers.adopt(this.messageHandlers);
      this.certificates.watch(() => certificatesOf(this.config));
      if (this.handlers.size > 0) {
        this.unread = new OldestUnread(this.topics(), this.metrics, () => this.idleSince());
        addLastFetch(this.metrics, () => this.member?.lastSignAt());
      }
      const address = {
        brokers: this.config.kafkaBrokers!,
        clientId: this.service,
        prefix: this.config.topicPrefix,
        security: this.config,
      };
      const client = new KafkaClient(address, (message) => this.logger.debug(message));
      this.outbox.start(() => client.producer());
      await this.sweeper.start();
      if (this.handlers.size > 0) this.consumer = this.consume(client, joined);
      else joined.fulfil();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  private idleSince(): number | undefined {
    if (!this.member) return this.lostAt;
    return this.member.failure() === undefined ? undefined : this.member.lastSignAt() || this.lostAt;
  }

  private consumerFailure(): string | undefined {
    if (this.handlers.size === 0) return undefined;
    return this.member ? this.member.failure() : this.failure;
  }

  /** Joining a group takes seconds, and as long as Kafka, a topic or a right is missing; the service answers HTTP meanwhile. */
  private async consume(client: KafkaClient, joined: Requirement): Promise<Member | undefined> {
    const topics = this.topics();
    const group = this.config.groupPrefix + this.service;
    while (!this.closing) {
      try {
        this.member = await client.consumer({
          group,
          topics,
          sessionTimeout: this.config.kafkaSessionTimeoutMs,
          concurrency: topics.length * PARTITIONS,
          onBatch: (batch) => this.handleBatch(batch),
          onDeath: (error) => (isRefusal(error) ? this.joinAgain(client, joined, error) : this.die(error)),
        });
        joined.fulfil();
        return this.member;
      } catch (error) {
        this.failure = `cannot read ${this.names()} as ${group} from Kafka at ${this.config.kafkaBrokers}: ${(error as Error).message}`;
        this.warning.say(`waiting: ${this.failure}`);
        joined.excuse();
        await pause(RETRY_MS);
      }
    }
    return undefined;
  }

  private topics(): string[] {
    return TOPICS.filter(({ readers }) => readers.includes(this.service)).map(({ name }) => name);
  }

  private names(): string {
    return this.topics()
      .map((topic) => this.config.topicPrefix + topic)
      .join(', ');
  }

  private joinAgain(client: KafkaClient, joined: Requirement, refusal: Error): void {
    if (this.closing) return;
    this.failure = `Kafka refuses the consumer of ${this.names()}: ${refusal.message}`;
    this.warning.say(this.failure);
    const before = this.member;
    this.member = undefined;
    this.lostAt = Date.now();
    this.consumer = Promise.all([before?.close(), pause(RETRY_MS)]).then(() => this.consume(client, joined));
  }

  private die(error: Error): void {
    if (this.closing) return;
    this.member = undefined;
    this.failure = `the consumer is dead: ${error.message}`;
    this.logger.error(this.failure);
    this.exit.now();
  }

  async close(): Promise<void> {
    this.closing = true;
    const left = this.consumer?.then((member) => member?.close());
    await Promise.race([left, pause(LEAVE_TIMEOUT_MS, undefined, { ref: false })]);
    await this.sweeper.stop();
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.outbox as T;
  }

  private async handleBatch(batch: ReceivedBatch): Promise<void> {
    const handled = this.unread!.begin(batch.records);
    try {
      await this.handleInPortions(batch);
    } finally {
      handled();
    }
    await pause(this.linger.pauseMs);
  }

  private async handleInPortions(batch: ReceivedBatch): Promise<void> {
    for (let i = 0; i < batch.records.length; i += this.config.batchSize) {
      const records = batch.records.slice(i, i + this.config.batchSize);
      if (!(await this.handleUntilDone(records, batch))) return;
      await this.checkpoints.reach('offset-committing');
      batch.done(records.at(-1)!);
      await batch.heartbeat();
    }
  }

  /** Answers false when the partition has gone to somebody else meanwhile. */
  private async handleUntilDone(records: RawMessage[], batch: ReceivedBatch): Promise<boolean> {
    for (let failures = 0; batch.isOurs() && !this.closing; failures++) {
      const failure = await this.batcher.enqueue({ records, failures });
      if (!failure) return true;
      await this.wait(failure.delay, batch);
    }
    return false;
  }

  private async handleTogether(batches: PartitionBatch[]): Promise<(RetryBatch | undefined)[]> {
    const failures = Math.max(...batches.map((batch) => batch.failures));
    const records = batches.flatMap((batch) => batch.records);
    const outcome = await this.processor
      .handle(this.handlers, records, failures)
      .then(() => undefined, onlyRetry);
    return batches.map(() => outcome);
  }

  private async wait(milliseconds: number, batch: ReceivedBatch): Promise<void> {
    for (let left = milliseconds; left > 0 && !this.closing; left -= HEARTBEAT_MS) {
      await pause(Math.min(left, HEARTBEAT_MS));
      await batch.heartbeat();
    }
  }
}
