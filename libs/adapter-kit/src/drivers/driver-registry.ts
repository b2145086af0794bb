import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { Clock } from '@lianban/service-kit';
import { AdapterConfig } from '../adapter.config.js';
import { serviceName, UTILITY } from '../adapter.js';
import { ProviderSecrets } from '../secrets/provider-secrets.js';
import { ProviderKafka } from '../kafka/provider-kafka.js';
import { feedDriver } from './feed.driver.js';
import { KafkaDriver } from './kafka.driver.js';
import type { BatchWriter, DriverContext, DriverFactory, UtilityDriver } from './utility-driver.js';
import { WebhookDriver } from './webhook.driver.js';
import { workbenchDriver } from './workbench.driver.js';

/** The utility's own dialects by name, beside the built-in ones. */
export const CUSTOM_DRIVERS = Symbol('custom drivers');

const builtIn = (kafka: ProviderKafka): Record<string, DriverFactory> => ({
  feed: () => feedDriver,
  kafka: (context) => new KafkaDriver(context, () => kafka.producer()),
  webhook: (context) => new WebhookDriver(context),
  workbench: () => workbenchDriver,
});

/** One driver for each provider of the utility, by the dialect that its row names; a wrong row stops the start. */
@Injectable()
export class DriverRegistry {
  private readonly drivers: Map<string, UtilityDriver>;

  constructor(
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
    catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
    @Inject(CUSTOM_DRIVERS) private readonly custom: Record<string, DriverFactory>,
    private readonly clock: Clock,
    private readonly secrets: ProviderSecrets,
    private readonly kafka: ProviderKafka,
  ) {
    this.drivers = new Map(
      catalogue.providers(utility).map((provider) => [provider.id, this.create(provider)]),
    );
  }

  /** Undefined where this utility has no such provider. */
  find(provider: string): UtilityDriver | undefined {
    return this.drivers.get(provider);
  }

  /** Is it called with its operations, one by one? */
  isCalled(provider: string): boolean {
    const { pulls, batches } = this.drivers.get(provider)!;
    return !pulls && !batches;
  }

  /** Providers that are told in files. */
  batched(): [provider: string, batches: BatchWriter][] {
    return [...this.drivers].flatMap(([provider, { batches }]) => (batches ? [[provider, batches]] : []));
  }

  /** Providers with a driver that must be polled, page by page or job by job. */
  polled(): [provider: string, driver: UtilityDriver][] {
    return [...this.drivers].filter(([, { poll, inspect }]) => poll ?? inspect);
  }

  /** Providers of which a second order can be withdrawn. */
  withdrawingSeconds(): string[] {
    return [...this.drivers].filter(([, { withdrawSecond }]) => withdrawSecond).map(([provider]) => provider);
  }

  /** Providers that say what they have. */
  listing(): string[] {
    return [...this.drivers].filter(([, { list }]) => list).map(([provider]) => provider);
  }

  /** Can it be asked what it has? */
  isListing(provider: string): boolean {
    return this.drivers.get(provider)?.list !== undefined;
  }

  private create(provider: Provider): UtilityDriver {
    const factories = { ...builtIn(this.kafka), ...this.custom };
    const factory = factories[provider.dialect];
    if (!factory)
      throw new Error(
        `${provider.id} speaks "${provider.dialect}", and ${serviceName(this.utility)} knows only ${Object.keys(factories).join(', ')}`,
      );
    const driver = factory(this.contextOf(provider));
    if (driver.retrySafety !== provider.retrySafety)
      throw new Error(
        `${provider.id} is said to have "${provider.retrySafety}", and ${provider.dialect} relies on "${driver.retrySafety}"`,
      );
    return driver;
  }

  private contextOf(provider: Provider): DriverContext {
    const { secrets, config } = this;
    return {
      provider,
      get endpoint() {
        if (!provider.endpoint) throw new Error(`${provider.id} has no endpoint`);
        return new URL(`.${provider.endpoint}`, `${config.providersUrl}/`).href;
      },
      ...(config.providersSftpUrl && {
        sftp: { url: config.providersSftpUrl, hostKey: config.providersSftpHostKey! },
      }),
      get secret() {
        if (secrets.configured(provider).length === 0)
          throw new Error(`PROVIDER_SECRETS has no secret "${provider.credential ?? ''}" of ${provider.id}`);
        return secrets.signing(provider);
      },
      accepts: (secret) => secrets.accepts(provider, secret),
      callback: `${config.publicUrl}/v1/providers/${provider.id}/reports`,
      callbacks: `${config.publicUrl}/v1/providers/${provider.id}/callbacks`,
      source: serviceName(this.utility),
      timeout: config.callTimeoutMs,
      clock: this.clock,
    };
  }
}
