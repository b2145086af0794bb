import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHIPPED = fileURLToPath(new URL('../../catalogue/src/data/', import.meta.url));

/** The shipped catalogue in a folder of a test's own, to be changed there. Answers the folder. */
export function catalogueCopy(parent: string): string {
  const folder = join(parent, 'catalogue');
  cpSync(SHIPPED, folder, { recursive: true });
  return folder;
}
