import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { DatabaseConfig } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { BatchProcessor } from '../consumer/batch-processor.js';
import { EventHandlers } from '../consumer/handlers.js';
import { adoptTransport } from '../installation.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import { ProcessExit } from '../process-exit.js';
import { EmbeddedOutbox } from './embedded-outbox.js';
import { GroupQueue } from './group-queue.js';
import { Hub } from './hub.js';

/** Hands committed events to the handlers of all services in this process, in memory. */
@Injectable()
export class EmbeddedTransport
  extends Server
  implements CustomTransportStrategy, OnModuleInit, BeforeApplicationShutdown
{
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('EmbeddedTransport');
  private hub?: Hub;
  private group?: GroupQueue;
  private isListening = false;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(DatabaseConfig) private readonly database: DatabaseConfig,
    private readonly processor: BatchProcessor,
    private readonly outbox: EmbeddedOutbox,
    private readonly eventHandlers: EventHandlers,
    private readonly exit: ProcessExit,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    if (this.config.transport !== 'embedded') return;
    this.hub = await Hub.join(this.database, this.outbox, this.config.outboxSweepMs, this.exit);
    try {
      await adoptTransport(this.dataSource, 'embedded');
    } catch (error) {
      await this.hub.leave(this.outbox);
      throw error;
    }
  }

  /** Nest closes a transport, after the HTTP server, only where it was started. */
  async beforeApplicationShutdown(): Promise<void> {
    if (!this.isListening) await this.close();
  }

  listen(callback: (error?: unknown) => void): void {
    this.isListening = true;
    const handlers = this.eventHandlers.adopt(this.messageHandlers);
    if (handlers.size > 0) this.consume();
    callback();
  }

  async close(): Promise<void> {
    if (this.group) await this.hub?.remove(this.group);
    await this.hub?.leave(this.outbox);
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.outbox as T;
  }

  private consume(): void {
    const hub = this.hub!;
    this.group = new GroupQueue({
      name: this.service,
      reader: this.eventHandlers,
      processor: this.processor,
      config: this.config,
      refill: (group) => hub.refill(group),
    });
    hub.add(this.group);
  }
}
