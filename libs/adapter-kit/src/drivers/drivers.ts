import { Inject, Injectable } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { Clock } from '@lianban/service-kit';
import { AdapterConfig } from '../adapter.config.js';
import { serviceName, UTILITY } from '../adapter.js';
import { ProviderSecrets } from '../secrets/provider-secrets.js';
import type { DriverFactory, UtilityDriver } from './utility-driver.js';
import { WebhookDriver } from './webhook.driver.js';
import { workbenchDriver } from './workbench.driver.js';

/** The utility's own dialects by name, beside the house's. */
export const CUSTOM_DRIVERS = Symbol('own dialects');

/** One driver for each provider of the utility, by the dialect that its row names. */
@Injectable()
export class DriverRegistry {
  private readonly drivers: Map<string, UtilityDriver>;

  constructor(
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
    catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
    @Inject(CUSTOM_DRIVERS) private readonly own: Record<string, DriverFactory>,
    private readonly clock: Clock,
    private readonly secrets: ProviderSecrets,
  ) {
    this.drivers = new Map(
      catalogue.providers(utility).map((provider) => [provider.id, this.make(provider)]),
    );
  }

  of(provider: string): UtilityDriver {
    return this.drivers.get(provider)!;
  }

  private make(provider: Provider): UtilityDriver {
    if (provider.dialect === 'workbench') return workbenchDriver;
    const own = this.own[provider.dialect];
    if (own) return own(provider);
    const { secrets } = this;
    if (secrets.configured(provider).length === 0)
      throw new Error(`PROVIDER_SECRETS has no secret "${provider.credential}" of ${provider.id}`);
    return new WebhookDriver(provider, {
      endpoint: new URL(`.${provider.endpoint!}`, `${this.config.providersUrl}/`).href,
      get secret() {
        return secrets.signing(provider);
      },
      callback: `${this.config.publicUrl}/v1/providers/${provider.id}/reports`,
      source: serviceName(this.utility),
      timeout: this.config.callTimeoutMs,
      clock: this.clock,
    });
  }
}
