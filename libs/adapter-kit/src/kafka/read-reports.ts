import { setTimeout as pause } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Provider } from '@lianban/catalogue';
import { reportsGroupOf, reportsTopicOf } from '@lianban/contracts';
import { BatchProcessor, EventHandlers, GroupReader, Linger, MessagingConfig } from '@lianban/messaging';
import { Dependencies } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { ReceiveReport } from '../reports/receive-report.js';
import { ProviderKafka } from './provider-kafka.js';
import { ReportRecords } from './report-records.js';

const MAX_BATCH_SIZE = 100;

/**
 * Reads what providers of the dialect `kafka` report, each by a consumer of its own (docs/decisions/one-consumer-per-provider.md). What
 * cannot be used is parked, as messages between services are.
 */
@Injectable()
export class ReadReports implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ReadReports');
  private readonly readers: GroupReader[];

  constructor(
    private readonly kafka: ProviderKafka,
    private readonly handlers: EventHandlers,
    private readonly processor: BatchProcessor,
    private readonly receiveReport: ReceiveReport,
    private readonly dataSource: DataSource,
    private readonly dependencies: Dependencies,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
  ) {
    this.readers = kafka.providers.map((provider) => this.createReader(provider));
  }

  onApplicationBootstrap(): void {
    for (const reader of this.readers) reader.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.close()));
  }

  private createReader(provider: Provider): GroupReader {
    const { groupPrefix, topicPrefix, kafkaBrokers, kafkaSessionTimeoutMs } = this.config;
    const topic = reportsTopicOf(provider.id);
    const warn = (message: string): void => this.logger.warn(message);
    const records = new ReportRecords(provider, this.receiveReport, warn);
    // What is replayed is never left out: nothing is counted for this one.
    this.handlers.register(topic, new ReportRecords(provider, this.receiveReport, warn));
    const linger = new Linger();
    const reader = new GroupReader({
      client: this.kafka.client,
      group: groupPrefix + reportsGroupOf(provider),
      topics: [topic],
      names: topicPrefix + topic,
      brokers: kafkaBrokers!,
      sessionTimeout: kafkaSessionTimeoutMs,
      concurrency: 1,
      batchSize: MAX_BATCH_SIZE,
      handle: (batch, failures) =>
        linger.run(async () => {
          await records.countParked(this.dataSource.manager);
          return this.processor.tryHandle(records, batch, failures);
        }),
      around: async (_, handleAll) => {
        await handleAll();
        await pause(linger.pauseMs);
      },
      warn,
    });
    this.dependencies.add(topic, () => {
      const failure = reader.failure();
      if (failure) throw new Error(failure);
    });
    return reader;
  }
}
