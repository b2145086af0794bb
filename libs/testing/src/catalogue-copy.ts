import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider } from '@lianban/catalogue';

const SHIPPED = fileURLToPath(new URL('../../catalogue/src/data/', import.meta.url));

/** A provider's row as a test wants it. */
export type ChangeProvider = (row: Provider) => Provider;

/** Each speaks what it is shipped with. */
export const asShipped: ChangeProvider = (row) => row;

/** Every provider that has a system speaks `webhook`. */
export const inHouseDialects: ChangeProvider = ({ settings: _, ...row }) =>
  row.endpoint ? { ...row, dialect: 'webhook' } : row;

/** The shipped catalogue in a folder of a test's own, its providers changed. Answers the folder. */
export function catalogueCopy(parent: string, change: ChangeProvider): string {
  const folder = join(parent, 'catalogue');
  cpSync(SHIPPED, folder, { recursive: true });
  const file = join(folder, 'providers.json');
  const providers = JSON.parse(readFileSync(file, 'utf8')) as Provider[];
  writeFileSync(file, JSON.stringify(providers.map(change)));
  return folder;
}
