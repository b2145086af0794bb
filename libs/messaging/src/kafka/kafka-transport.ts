import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { PARTITIONS, TOPICS } from '@lianban/contracts';
import { ReadinessChecks } from '@lianban/service-kit';
import { BatchProcessor, RetryBatch, type Handlers } from '../batch-processor.js';
import { Cursors } from '../cursors.js';
import { EventHandlers } from '../handlers.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import type { RawMessage } from '../message.js';
import { Checkpoints } from '../checkpoints.js';
import { Batcher } from '../batcher.js';
import { KafkaClient, type Closable, type ReceivedBatch } from './kafka-client.js';
import { Pace } from './pace.js';
import { Relay } from './relay.js';

const HEARTBEAT = 1_000;
/** A group that cannot be left within this, because Kafka is away, ends the session by itself. */
const LEAVING = 3_000;

/** A chunk of one partition, and how often it has failed. */
interface Portion {
  records: RawMessage[];
  failures: number;
}

function onlyTryAgain(error: unknown): RetryBatch {
  if (error instanceof RetryBatch) return error;
  throw error;
}

/** Ends the process when its consumer is dead for good, so that it is started again. */
export class ProcessExit {
  now(): void {
    process.exit(1);
  }
}

/** Relays this service's outbox to Kafka and hands what Kafka brings to the handlers, a chunk at a time. */
@Injectable()
export class KafkaTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('KafkaTransport');
  private consumer?: Promise<Closable>;
  private death?: Error;
  private closing = false;
  private readonly rested = new Set<string>();
  private readonly pace = new Pace();
  private handlers: Handlers = new Map();
  /** What several partitions brought is handled in one transaction. */
  private readonly together: Batcher<Portion, RetryBatch | undefined>;

  constructor(
    private readonly chunks: BatchProcessor,
    private readonly cursors: Cursors,
    private readonly relay: Relay,
    private readonly steps: Checkpoints,
    private readonly eventHandlers: EventHandlers,
    private readonly exit: ProcessExit,
    private readonly checks: ReadinessChecks,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    super();
    this.together = new Batcher((portions) => this.pace.turn(() => this.handlePortions(portions)), {
      maxBatchSize: config.chunkSize,
      sizeOf: ({ records }) => records.length,
    });
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    this.checks.add('kafka', () => {
      if (this.death) throw this.death;
    });
    try {
      this.handlers = this.eventHandlers.adopt(this.messageHandlers);
      const address = {
        brokers: this.config.kafkaBrokers!,
        clientId: this.service,
        prefix: this.config.topicPrefix,
      };
      const client = new KafkaClient(address, (level, text) => this.logger[level](text));
      const topics = TOPICS.filter(({ readers }) => readers.includes(this.service)).map(({ name }) => name);
      await this.cursors.register(topics);
      await this.relay.start(client);
      if (this.handlers.size > 0) this.consumer = this.consume(client, topics);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Joining a group takes seconds; the service answers HTTP meanwhile. */
  private async consume(client: KafkaClient, topics: string[]): Promise<Closable> {
    for (;;) {
      try {
        return await client.consumer({
          group: this.config.groupPrefix + this.service,
          topics,
          sessionTimeout: this.config.kafkaSessionTimeout,
          concurrency: topics.length * PARTITIONS,
          onBatch: (batch) => this.handleBatch(batch),
          onDeath: (error) => this.die(error),
        });
      } catch (error) {
        if (this.closing) return { close: async () => {} };
        this.logger.warn(`cannot consume yet: ${(error as Error).message}`);
        await pause(1_000);
      }
    }
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
    await Promise.race([left, pause(LEAVING, undefined, { ref: false })]);
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.relay as T;
  }

  private async handleBatch(batch: ReceivedBatch): Promise<void> {
    await this.restFirst(batch);
    for (let i = 0; i < batch.records.length; i += this.config.chunkSize) {
      const chunk = batch.records.slice(i, i + this.config.chunkSize);
      if (!(await this.handleChunk(chunk, batch))) return;
      await this.steps.reach('offset-committing');
      batch.done(chunk.at(-1)!);
      await batch.heartbeat();
    }
    await pause(this.pace.rest);
  }

  /** A partition that comes to this instance in the middle of a back-off waits it out here. */
  private async restFirst(batch: ReceivedBatch): Promise<void> {
    const name = `${batch.topic}/${batch.partition}`;
    while (!this.rested.has(name) && !this.closing) {
      const { wait } = await this.cursors.standing(batch.topic, batch.partition);
      // A rebalance ends the wait in its middle, and who has the partition then waits again.
      if (wait === 0) this.rested.add(name);
      else await this.wait(Math.min(wait, HEARTBEAT), batch);
    }
  }

  /** Tries until it is done; answers false when the partition has gone to somebody else meanwhile. */
  private async handleChunk(records: RawMessage[], batch: ReceivedBatch): Promise<boolean> {
    for (let failures = 0; batch.isOurs() && !this.closing; failures++) {
      const failure = await this.together.enqueue({ records, failures });
      if (!failure) {
        if (failures > 0) await this.cursors.clearBackOff(batch.topic, batch.partition);
        return true;
      }
      await this.cursors.backOff(batch.topic, [batch.partition], failure.delay).catch(() => {});
      await this.wait(failure.delay, batch);
    }
    this.rested.delete(`${batch.topic}/${batch.partition}`);
    return false;
  }

  private async handlePortions(portions: Portion[]): Promise<(RetryBatch | undefined)[]> {
    const failures = Math.max(...portions.map((portion) => portion.failures));
    const outcome = await this.chunks
      .handle(
        this.handlers,
        async () => portions.flatMap(({ records }) => records),
        async () => {},
        failures,
      )
      .then(() => undefined, onlyTryAgain);
    return portions.map(() => outcome);
  }

  private async wait(milliseconds: number, batch: ReceivedBatch): Promise<void> {
    for (let left = milliseconds; left > 0 && !this.closing; left -= HEARTBEAT) {
      await pause(Math.min(left, HEARTBEAT));
      await batch.heartbeat();
    }
  }
}
