import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { City, Provider } from '@lianban/catalogue';

const SHIPPED = fileURLToPath(new URL('../../catalogue/src/data/', import.meta.url));

/** A provider's row as a test wants it. */
export type ChangeProvider = (row: Provider) => Provider;

/** Each speaks what it is shipped with. */
export const asShipped: ChangeProvider = (row) => row;

/** Every provider that has a system speaks `webhook`. */
export const inHouseDialects: ChangeProvider = ({ settings: _, ...row }) =>
  row.endpoint ? { ...row, dialect: 'webhook' } : row;

const CITIES = ['370100', '370300'];

/** The shipped catalogue of Jinan and Zibo in a folder of a test's own, its providers changed. Answers the folder. */
export function catalogueCopy(parent: string, change: ChangeProvider): string {
  const folder = join(parent, 'catalogue');
  cpSync(SHIPPED, folder, { recursive: true });
  edit<City>(folder, 'districts.json', (cities) => cities.filter(({ code }) => CITIES.includes(code)));
  edit<Provider>(folder, 'providers.json', (rows) =>
    rows.filter(({ districts }) => CITIES.includes(districts[0]!)).map(change),
  );
  return folder;
}

function edit<T>(folder: string, name: string, change: (entries: T[]) => T[]): void {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as T[])));
}
