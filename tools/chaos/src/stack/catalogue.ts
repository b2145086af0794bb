import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueCopy } from '@lianban/testing';

/** The shipped catalogue with providers that accept more at once. */
export function busyCatalogue(parent: string): string {
  const folder = catalogueCopy(parent);
  const file = join(folder, 'providers.json');
  const providers = JSON.parse(readFileSync(file, 'utf8')) as object[];
  const busy = providers.map((provider) => ({ ...provider, ratePerSecond: 500, concurrency: 32 }));
  writeFileSync(file, JSON.stringify(busy));
  return folder;
}
