import { electricityDialects } from '@lianban/adapter-electricity';
import { gasDialects } from '@lianban/adapter-gas';
import { heatDialects } from '@lianban/adapter-heat';
import { feedDriver, WebhookDriver, type DriverFactory } from '@lianban/adapter-kit';
import { telecomDialects } from '@lianban/adapter-telecom';
import { waterDialects } from '@lianban/adapter-water';

/** Every dialect with a system behind it, by name, but for `kafka`, whose driver is that of `KafkaTopics`. */
export const DIALECTS: Record<string, DriverFactory> = {
  feed: () => feedDriver,
  webhook: (context) => new WebhookDriver(context),
  ...electricityDialects,
  ...gasDialects,
  ...heatDialects,
  ...telecomDialects,
  ...waterDialects,
};
