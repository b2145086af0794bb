import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { PARTITIONS, TOPICS } from '@lianban/contracts';
import {
  CertificateExpiry,
  Dependencies,
  Metrics,
  Readiness,
  type Requirement,
  untilDatabaseAnswers,
} from '@lianban/service-kit';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Batcher } from '../batcher.js';
import { Checkpoints } from '../checkpoints.js';
import { BatchProcessor, type RetryBatch } from '../consumer/batch-processor.js';
import { EventHandlers } from '../consumer/handlers.js';
import { adoptTransport } from '../installation.js';
import { Linger } from '../linger.js';
import type { RawMessage } from '../message.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import { ProcessExit } from '../process-exit.js';
import { GroupReader } from './group-reader.js';
import { KafkaClient } from './kafka-client.js';
import { KafkaOutbox } from './kafka-outbox.js';
import { certificatesOf } from './kafka-security.js';
import { OutboxSweeper } from './outbox-sweeper.js';
import { OldestUnread } from './unread.js';

/** Records of one partition, and how often they have failed. */
interface PartitionBatch {
  records: RawMessage[];
  failures: number;
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
  private reader?: GroupReader;
  private unread?: OldestUnread;
  private readonly linger = new Linger();
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
      const failure = this.outbox.failure ?? this.reader?.failure();
      if (failure) throw new Error(failure);
    });
    const joined = this.readiness.require('consumer');
    try {
      const warn = (message: string): void => this.logger.warn(message);
      await untilDatabaseAnswers(warn, () => adoptTransport(this.dataSource, 'kafka'));
      this.certificates.watch(() => certificatesOf(this.config));
      const { kafkaBrokers: brokers = '', topicPrefix: prefix } = this.config;
      const address = { brokers, clientId: this.service, prefix, security: this.config };
      const client = new KafkaClient(address, (message) => this.logger.debug(message));
      if (this.eventHandlers.adopt(this.messageHandlers).size > 0) {
        const reader = this.createReader(client, joined);
        this.reader = reader;
        this.unread = new OldestUnread(this.topics(), this.metrics, () => reader.idleSince());
        addLastFetch(this.metrics, () => reader.lastSignAt());
      }
      this.outbox.start(() => client.producer());
      await this.sweeper.start();
      if (this.reader) this.reader.start();
      else joined.fulfil();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  private createReader(client: KafkaClient, joined: Requirement): GroupReader {
    const topics = this.topics();
    const names = topics.map((topic) => this.config.topicPrefix + topic).join(', ');
    return new GroupReader({
      client,
      group: this.config.groupPrefix + this.service,
      topics,
      names,
      brokers: this.config.kafkaBrokers!,
      sessionTimeout: this.config.kafkaSessionTimeoutMs,
      concurrency: topics.length * PARTITIONS,
      batchSize: this.config.batchSize,
      handle: (records, failures) => this.batcher.enqueue({ records, failures }),
      around: (records, handleAll) => this.handleFetched(records, handleAll),
      beforeCommit: () => this.checkpoints.reach('offset-committing'),
      onJoined: () => joined.fulfil(),
      onDelayed: () => joined.excuse(),
      onDeath: (failure) => {
        this.logger.error(failure);
        this.exit.now();
      },
      warn: (message) => this.logger.warn(message),
    });
  }

  private topics(): string[] {
    return TOPICS.filter(({ readers }) => readers.includes(this.service)).map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.sweeper.stop();
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.outbox as T;
  }

  private async handleFetched(records: readonly RawMessage[], handleAll: () => Promise<void>): Promise<void> {
    const handled = this.unread!.begin(records);
    try {
      await handleAll();
    } finally {
      handled();
    }
    await pause(this.linger.pauseMs);
  }

  private async handleTogether(batches: PartitionBatch[]): Promise<(RetryBatch | undefined)[]> {
    const failures = Math.max(...batches.map((batch) => batch.failures));
    const records = batches.flatMap((batch) => batch.records);
    const outcome = await this.processor.tryHandle(this.eventHandlers, records, failures);
    return batches.map(() => outcome);
  }
}
