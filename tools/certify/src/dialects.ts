import { electricityDialects } from '@lianban/adapter-electricity';
import { gasDialects } from '@lianban/adapter-gas';
import { heatDialects } from '@lianban/adapter-heat';
import { WebhookDriver, type DriverFactory } from '@lianban/adapter-kit';
import { telecomDialects } from '@lianban/adapter-telecom';
import { waterDialects } from '@lianban/adapter-water';

/** Every dialect in which a provider is called or sent files, by name. */
export const DIALECTS: Record<string, DriverFactory> = {
  webhook: (context) => new WebhookDriver(context),
  ...electricityDialects,
  ...gasDialects,
  ...heatDialects,
  ...telecomDialects,
  ...waterDialects,
};
