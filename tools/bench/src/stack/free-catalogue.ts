import { catalogueCopy, inHouseDialects } from '@lianban/testing';

/** No provider's own limits: the shipped ones are those of demo providers and would be what is measured. */
const LIMITS = { ratePerSecond: 1_000_000, concurrency: 64 };

/** The shipped catalogue with providers that speak house dialects and set no limits, in a folder. */
export const freeCatalogue = (parent: string): string =>
  catalogueCopy(parent, (row) => ({ ...inHouseDialects(row), ...LIMITS }));
