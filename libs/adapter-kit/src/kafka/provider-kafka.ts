import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { KafkaClient, MessagingConfig, type Producer } from '@lianban/messaging';
import { serviceName, UTILITY } from '../adapter.js';

/** The operation is tried again by the kit, which knows what became of it. */
const SEND_RETRIES = 3;

/** The Kafka on which providers of the dialect `kafka` have their topics: that of the services, or one for providers alone. */
@Injectable()
export class ProviderKafka implements OnApplicationShutdown {
  private readonly logger = new Logger('ProviderKafka');
  readonly providers: readonly Provider[];
  private readonly connection?: KafkaClient;
  private connecting?: Promise<Producer>;

  /** @throws where there are such providers and no Kafka */
  constructor(
    catalogue: Catalogue,
    @Inject(MessagingConfig) config: MessagingConfig,
    @Inject(UTILITY) utility: Utility,
  ) {
    this.providers = catalogue.providers(utility).filter(({ dialect }) => dialect === 'kafka');
    if (this.providers.length === 0) return;
    const { kafkaBrokers: brokers, topicPrefix: prefix } = config;
    if (!brokers) throw new Error(`${this.providers[0]!.id} speaks "kafka", and KAFKA_BROKERS is not set`);
    const address = { brokers, clientId: serviceName(utility), prefix, security: config };
    this.connection = new KafkaClient(address, (message) => this.logger.debug(message));
  }

  get client(): KafkaClient {
    return this.connection!;
  }

  /** One for all of them; connected when it is first needed, and anew where that failed. */
  producer(): Promise<Producer> {
    this.connecting ??= this.client.producer({ retries: SEND_RETRIES }).catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connecting?.then(
      (producer) => producer.close(),
      () => {},
    );
  }
}
