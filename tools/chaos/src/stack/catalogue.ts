import { catalogueCopy } from '@lianban/testing';

/** The shipped catalogue with providers that accept more at once. */
export const busyCatalogue = (parent: string): string =>
  catalogueCopy(parent, (row) => ({ ...row, ratePerSecond: 500, concurrency: 32 }));
