import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { catalogueCopy, inHouseDialects } from '@lianban/testing';

/** No provider's own limits: the shipped ones are those of demo providers and would be what is measured. */
const LIMITS = { ratePerSecond: 1_000_000, concurrency: 64 };

/** `house`: what has a system speaks `webhook`; `own`: each what it is shipped with. */
export type Dialects = 'house' | 'own';

/** The shipped catalogue with providers that set no limits, in a folder. */
export function freeCatalogue(parent: string, dialects: Dialects): string {
  const folder = join(parent, dialects);
  mkdirSync(folder, { recursive: true });
  return catalogueCopy(folder, (row) => ({
    ...(dialects === 'own' ? row : inHouseDialects(row)),
    ...LIMITS,
  }));
}
