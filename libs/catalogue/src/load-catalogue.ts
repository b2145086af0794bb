import { fileURLToPath } from 'node:url';
import { Catalogue } from './catalogue.js';
import { CatalogueInvalid } from './catalogue-invalid.js';
import { checkFiles } from './check-files.js';
import { readFiles } from './files.js';

/** The folder of the shipped data. */
export const SHIPPED_FOLDER = fileURLToPath(new URL('./data', import.meta.url));

/** Reads and checks a catalogue, by default the shipped one. @throws CatalogueInvalid */
export function loadCatalogue(folder: string = SHIPPED_FOLDER): Catalogue {
  const files = readFiles(folder);
  const faults = checkFiles(files);
  if (faults.length > 0) throw new CatalogueInvalid(faults);
  return new Catalogue(files);
}
