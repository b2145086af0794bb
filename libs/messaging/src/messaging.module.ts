import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { ENVIRONMENT, loadConfig, type Environment } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { BatchProcessor } from './batch-processor.js';
import { Cursors } from './cursors.js';
import { EventHandlers } from './handlers.js';
import { KafkaTransport, ProcessExit } from './kafka/kafka-transport.js';
import { Relay } from './kafka/relay.js';
import { MessagingConfig, SERVICE } from './messaging.config.js';
import { CreateMessaging1790000000000 } from './migrations/1790000000000-create-messaging.js';
import { ParkedMessages } from './replay.js';
import { parkedController } from './parked.controller.js';
import { PostgresTransport } from './postgres/postgres-transport.js';
import { KafkaReadings } from './readers/kafka-readings.js';
import { PostgresReadings } from './readers/postgres-readings.js';
import { Readings } from './readers/readings.js';
import { Retention, WEEKLY_TABLES, type WeeklyTable } from './retention.js';
import { Checkpoints } from './checkpoints.js';
import { Transaction } from './transaction.js';

/** Everything between a committed row of this service and another service's transaction. */
@Module({})
export class MessagingModule {
  /**
   * `service` is its outbox's source, its consumer group and the name in its operators' paths; `weekly` are its own tables
   * that are kept week by week and dropped.
   */
  static for({ service, weekly = [] }: { service: string; weekly?: readonly WeeklyTable[] }): DynamicModule {
    const providers = [
      Transaction,
      BatchProcessor,
      Cursors,
      EventHandlers,
      ParkedMessages,
      Retention,
      Checkpoints,
    ];
    return {
      module: MessagingModule,
      global: true,
      controllers: [parkedController(service)],
      providers: [
        { provide: SERVICE, useValue: service },
        { provide: WEEKLY_TABLES, useValue: weekly },
        {
          provide: MessagingConfig,
          inject: [ENVIRONMENT],
          useFactory: (env: Environment) => loadConfig(MessagingConfig, env),
        },
        ...providers,
        {
          provide: Readings,
          inject: [MessagingConfig, DataSource],
          useFactory: (config: MessagingConfig, dataSource: DataSource) =>
            config.transport === 'kafka'
              ? new KafkaReadings(config, service)
              : new PostgresReadings(dataSource),
        },
        Relay,
        ProcessExit,
        PostgresTransport,
        KafkaTransport,
      ],
      exports: [...providers, Readings, SERVICE, MessagingConfig],
    };
  }
}

export const messagingMigrations = [CreateMessaging1790000000000];

/** The transport that the configuration names, for `serve` and `createService`. */
export function eventTransport(app: INestApplication): CustomTransportStrategy {
  return app.get(MessagingConfig).transport === 'kafka'
    ? app.get(KafkaTransport)
    : app.get(PostgresTransport);
}
