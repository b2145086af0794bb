import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { TOPICS } from '@lianban/contracts';
import { ReadinessChecks } from '@lianban/service-kit';
import { Chunks, TryAgain, type Handlers } from '../chunk.js';
import { Cursors } from '../cursors.js';
import { EventHandlers } from '../handlers.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import type { Received } from '../record.js';
import { StepObserver } from '../steps.js';
import { KafkaClient, type Closable, type ReceivedBatch } from './kafka-client.js';
import { Relay } from './relay.js';

const HEARTBEAT = 1_000;

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

  constructor(
    private readonly chunks: Chunks,
    private readonly cursors: Cursors,
    private readonly relay: Relay,
    private readonly steps: StepObserver,
    private readonly eventHandlers: EventHandlers,
    private readonly exit: ProcessExit,
    private readonly checks: ReadinessChecks,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    this.checks.add('kafka', () => {
      if (this.death) throw this.death;
    });
    try {
      const handlers = this.eventHandlers.adopt(this.messageHandlers);
      const address = {
        brokers: this.config.kafkaBrokers!,
        clientId: this.service,
        prefix: this.config.topicPrefix,
      };
      const client = new KafkaClient(address, (level, text) => this.logger[level](text));
      const topics = TOPICS.filter(({ readers }) => readers.includes(this.service)).map(({ name }) => name);
      await this.cursors.register(topics);
      await this.relay.start(client);
      if (handlers.size > 0) this.consumer = this.consume(client, topics, handlers);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Joining a group takes seconds; the service answers HTTP meanwhile. */
  private async consume(client: KafkaClient, topics: string[], handlers: Handlers): Promise<Closable> {
    for (;;) {
      try {
        return await client.consumer({
          group: this.config.groupPrefix + this.service,
          topics,
          sessionTimeout: this.config.kafkaSessionTimeout,
          concurrency: 3,
          onBatch: (batch) => this.handleBatch(batch, handlers),
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
    await (await this.consumer)?.close();
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.relay as T;
  }

  private async handleBatch(batch: ReceivedBatch, handlers: Handlers): Promise<void> {
    await this.restFirst(batch);
    for (let i = 0; i < batch.records.length; i += this.config.chunkSize) {
      const chunk = batch.records.slice(i, i + this.config.chunkSize);
      if (!(await this.handleChunk(chunk, batch, handlers))) return;
      await this.steps.announce('offset-committing');
      batch.done(chunk.at(-1)!);
      await batch.heartbeat();
    }
  }

  /** A partition that comes to this instance in the middle of a back-off waits it out here. */
  private async restFirst(batch: ReceivedBatch): Promise<void> {
    const name = `${batch.topic}/${batch.partition}`;
    if (this.rested.has(name)) return;
    this.rested.add(name);
    for (;;) {
      const { wait } = await this.cursors.standing(batch.topic, batch.partition);
      if (wait === 0 || this.closing) return;
      await this.wait(Math.min(wait, HEARTBEAT), batch);
    }
  }

  /** Tries until it is done; answers false when the partition has gone to somebody else meanwhile. */
  private async handleChunk(chunk: Received[], batch: ReceivedBatch, handlers: Handlers): Promise<boolean> {
    for (let failures = 0; batch.isOurs() && !this.closing; failures++) {
      try {
        await this.chunks.handle(
          handlers,
          async () => chunk,
          async () => {},
          failures,
        );
        if (failures > 0) await this.cursors.clearBackOff(batch.topic, batch.partition);
        return true;
      } catch (error) {
        if (!(error instanceof TryAgain)) throw error;
        await this.cursors.backOff(batch.topic, [batch.partition], error.delay).catch(() => {});
        await this.wait(error.delay, batch);
      }
    }
    this.rested.delete(`${batch.topic}/${batch.partition}`);
    return false;
  }

  private async wait(milliseconds: number, batch: ReceivedBatch): Promise<void> {
    for (let left = milliseconds; left > 0 && !this.closing; left -= HEARTBEAT) {
      await pause(Math.min(left, HEARTBEAT));
      await batch.heartbeat();
    }
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
