import type { DriverContext } from '@lianban/adapter-kit';
import { Clock } from '@lianban/service-kit';

const NOWHERE = 'http://127.0.0.1:1';

/** What a driver is given, for a driver without an adapter. */
export const aDriverContext = (
  given: Pick<DriverContext, 'provider' | 'endpoint' | 'secret'> & Partial<DriverContext>,
): DriverContext => ({
  accepts: async () => true,
  callback: `${NOWHERE}/reports`,
  callbacks: `${NOWHERE}/callbacks`,
  source: `adapter-${given.provider.utility}`,
  timeout: 500,
  clock: new Clock(),
  ...given,
});
