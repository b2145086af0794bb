import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHIPPED = fileURLToPath(new URL('../../catalogue/src/data/', import.meta.url));
const LAST_YEAR = 2099;

/**
 * The shipped catalogue in a folder, its calendar going on after the last official year with plain weekdays: a test that
 * uses today's date must not fail because next year's notice is not out yet. Answers the folder.
 */
export function lastingCatalogue(parent: string): string {
  const folder = join(parent, 'catalogue');
  cpSync(SHIPPED, folder, { recursive: true });
  const file = join(folder, 'calendar.json');
  const years = JSON.parse(readFileSync(file, 'utf8')) as { year: number; off: string[]; makeUp: string[] }[];
  for (let year = years.at(-1)!.year + 1; year <= LAST_YEAR; year++)
    years.push({ year, off: ['01-01'], makeUp: [] });
  writeFileSync(file, JSON.stringify(years));
  return folder;
}
