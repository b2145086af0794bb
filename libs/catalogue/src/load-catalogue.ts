import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Catalogue } from './catalogue.js';
import { CatalogueInvalid } from './catalogue-invalid.js';
import { checkFiles } from './check-files.js';
import { readFiles, type Files } from './files.js';

/** The folder of the shipped data. */
export const SHIPPED_FOLDER = fileURLToPath(new URL('./data', import.meta.url));

/** Services in one process read the same, and checking it is most of the work. */
let checkedLast: { contents: string; files: Files } | undefined;

/** Reads and checks a catalogue, by default the shipped one. @throws CatalogueInvalid */
export function loadCatalogue(folder: string = SHIPPED_FOLDER): Catalogue {
  const contents = contentsOf(folder);
  if (contents !== checkedLast?.contents) checkedLast = { contents, files: readChecked(folder) };
  return new Catalogue(checkedLast.files);
}

/** Of a folder that cannot be read: nothing. What is wrong with it is found when its files are read one by one. */
function contentsOf(folder: string): string {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`).join('\n');
  } catch {
    return '';
  }
}

function readChecked(folder: string): Files {
  const files = readFiles(folder);
  const faults = checkFiles(files);
  if (faults.length > 0) throw new CatalogueInvalid(faults);
  return files;
}
