import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { PARTITIONS, TOPICS } from '@lianban/contracts';
import { DependencyChecks, Lifecycle, Metrics, waitWhileAway } from '@lianban/service-kit';
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
import { addExpiryGauge } from './certificate-expiry.js';
import { KafkaClient, type Closable, type Polling, type ReceivedBatch } from './kafka-client.js';
import { KafkaOutbox } from './kafka-outbox.js';
import { securityOf } from './kafka-security.js';
import { OutboxSweeper } from './outbox-sweeper.js';

const HEARTBEAT_MS = 1_000;
/** A group that cannot be left within this, because Kafka is away, ends the session by itself. */
const LEAVE_TIMEOUT_MS = 3_000;

/** A consumer fetches every few seconds, also where nothing comes. */
const AWAY_MS = 15_000;

/** Records of one partition, and how often they have failed. */
interface PartitionBatch {
  records: RawMessage[];
  failures: number;
}

function onlyRetry(error: unknown): RetryBatch {
  if (error instanceof RetryBatch) return error;
  throw error;
}

/** Sends this service's outbox to Kafka and hands what Kafka brings to the handlers, batch by batch. */
@Injectable()
export class KafkaTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('KafkaTransport');
  private consumer?: Promise<Closable>;
  private consuming?: Polling;
  private death?: Error;
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
    private readonly checks: DependencyChecks,
    private readonly lifecycle: Lifecycle,
    private readonly metrics: Metrics,
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
    this.checks.add('kafka', () => this.throwIfAway());
    try {
      const security = securityOf(this.config);
      if (security) addExpiryGauge(security, this.metrics.registry);
      const warn = (why: string): void => this.logger.warn(why);
      await waitWhileAway(() => adoptTransport(this.dataSource, 'kafka'), warn);
      this.handlers = this.eventHandlers.adopt(this.messageHandlers);
      const address = {
        brokers: this.config.kafkaBrokers!,
        clientId: this.service,
        prefix: this.config.topicPrefix,
        security,
      };
      const client = new KafkaClient(address, (level, text) => this.logger[level](text));
      this.outbox.start(() => client.producer());
      await waitWhileAway(() => this.sweeper.start(), warn);
      if (this.handlers.size > 0) this.consumer = this.consume(client);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Joining a group takes seconds; the service answers HTTP meanwhile. */
  private async consume(client: KafkaClient): Promise<Closable> {
    const hasJoined = this.lifecycle.awaits('its consumer group');
    const topics = TOPICS.filter(({ readers }) => readers.includes(this.service)).map(({ name }) => name);
    for (;;) {
      try {
        const consumer = await client.consumer({
          group: this.config.groupPrefix + this.service,
          topics,
          sessionTimeout: this.config.kafkaSessionTimeoutMs,
          concurrency: topics.length * PARTITIONS,
          onBatch: (batch) => this.handleBatch(batch),
          onDeath: (error) => this.die(error),
        });
        this.consuming = consumer;
        hasJoined();
        return consumer;
      } catch (error) {
        hasJoined();
        if (this.closing) return { close: async () => {} };
        this.logger.warn(`cannot consume yet: ${(error as Error).message}`);
        await pause(1_000);
      }
    }
  }

  /** A reader that has not joined, or has asked Kafka for nothing lately. */
  private throwIfAway(): void {
    if (this.death) throw this.death;
    if (this.handlers.size === 0) return;
    if (!this.consuming) throw new Error('not joined yet');
    if (Date.now() - this.consuming.lastFetchAt() > AWAY_MS) throw new Error('no fetch lately');
  }

  private die(error: Error): void {
    if (this.closing) return;
    this.death = error;
    this.logger.error(`the consumer is dead: ${error.message}`);
    this.exit.now();
  }

  async close(): Promise<void> {
    this.closing = true;
    const left = this.consumer?.then((consumer) => consumer.close());
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
    for (let i = 0; i < batch.records.length; i += this.config.batchSize) {
      const records = batch.records.slice(i, i + this.config.batchSize);
      if (!(await this.handleUntilDone(records, batch))) return;
      await this.checkpoints.reach('offset-committing');
      batch.done(records.at(-1)!);
      await batch.heartbeat();
    }
    await pause(this.linger.pauseMs);
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
