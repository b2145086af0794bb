import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.js';

/**
 * A folder that many specs need and one makes: who asks first, in whatever process of the run, fills it with `make`; the others
 * wait until it is done, a minute at most.
 */
export async function onceInRun(
  folderOfRun: string,
  name: string,
  make: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = join(folderOfRun, name);
  const isReady = `${folder}-is-ready`;
  if (mkdirSync(folder, { recursive: true })) {
    chmodSync(folder, 0o755);
    await make(folder);
    writeFileSync(isReady, '');
  }
  await eventually(() => {
    if (!existsSync(isReady)) throw new Error(`${folder} is still being made, or could not be`);
  }, 60_000);
  return folder;
}
