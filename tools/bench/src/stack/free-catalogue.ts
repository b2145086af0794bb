import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueCopy } from '@lianban/testing';

/** No provider's own limits: the shipped ones are those of demo providers and would be what is measured. */
const LIMITS = { ratePerSecond: 1_000_000, concurrency: 64 };

/** The shipped catalogue with providers that set no limits, in a folder. */
export function freeCatalogue(parent: string): string {
  const folder = catalogueCopy(parent);
  const file = join(folder, 'providers.json');
  const providers = JSON.parse(readFileSync(file, 'utf8')) as object[];
  writeFileSync(file, JSON.stringify(providers.map((provider) => ({ ...provider, ...LIMITS }))));
  return folder;
}
