import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { provideConfig, type ConfigLoader } from '@lianban/service-kit';
import { Checkpoints } from './checkpoints.js';
import { BatchProcessor } from './consumer/batch-processor.js';
import { EventHandlers } from './consumer/handlers.js';
import { parkedController } from './consumer/parked.controller.js';
import { ParkedMessages } from './consumer/parked-messages.js';
import { EmbeddedOutbox } from './embedded/embedded-outbox.js';
import { EmbeddedTransport } from './embedded/embedded-transport.js';
import { KafkaOutbox } from './kafka/kafka-outbox.js';
import { checkSecurity } from './kafka/kafka-security.js';
import { KafkaTransport } from './kafka/kafka-transport.js';
import { OutboxSweeper } from './kafka/outbox-sweeper.js';
import { FindMessagesOfRequest } from './messages-of-request.js';
import { MessagingMetrics } from './messaging-metrics.js';
import { MessagingConfig, SERVICE } from './messaging.config.js';
import { CreateMessaging1790000000000 } from './migrations/1790000000000-create-messaging.js';
import { CreateOperatorAct1790000000001 } from './migrations/1790000000001-create-operator-act.js';
import { KeepOperatorActs } from './operators/keep-operator-acts.js';
import { operatorsController } from './operators/operators.controller.js';
import { SummariseService } from './operators/service-summary.js';
import { Outbox } from './outbox/outbox.js';
import { ProcessExit } from './process-exit.js';
import { Retention, WEEKLY_TABLES, type WeeklyTable } from './retention.js';
import { MessageTraces } from './tracing/message-traces.js';
import { RequestTraces } from './tracing/request-traces.js';
import { Transaction } from './unit-of-work.js';

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
      EventHandlers,
      ParkedMessages,
      FindMessagesOfRequest,
      MessageTraces,
      RequestTraces,
      Retention,
      Checkpoints,
    ];
    return {
      module: MessagingModule,
      global: true,
      controllers: [parkedController(service), operatorsController(service)],
      providers: [
        { provide: SERVICE, useValue: service },
        { provide: WEEKLY_TABLES, useValue: weekly },
        {
          ...provideConfig(MessagingConfig),
          useFactory: (loader: ConfigLoader) => {
            const config = loader.load(MessagingConfig);
            checkSecurity(config);
            return config;
          },
        },
        ...providers,
        {
          provide: Outbox,
          inject: [MessagingConfig, KafkaOutbox, EmbeddedOutbox],
          useFactory: ({ transport }: MessagingConfig, kafka: KafkaOutbox, embedded: EmbeddedOutbox) =>
            transport === 'kafka' ? kafka : embedded,
        },
        ProcessExit,
        MessagingMetrics,
        KeepOperatorActs,
        SummariseService,
        KafkaOutbox,
        OutboxSweeper,
        KafkaTransport,
        EmbeddedOutbox,
        EmbeddedTransport,
      ],
      exports: [...providers, Outbox, SERVICE, MessagingConfig],
    };
  }
}

export const messagingMigrations = [CreateMessaging1790000000000, CreateOperatorAct1790000000001];

/** The transport that the configuration names, for `serve` and `createService`. */
export function eventTransport(app: INestApplication): CustomTransportStrategy {
  return app.get(MessagingConfig).transport === 'kafka'
    ? app.get(KafkaTransport)
    : app.get(EmbeddedTransport);
}
