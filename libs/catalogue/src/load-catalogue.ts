import { fileURLToPath } from 'node:url';
import { Catalogue } from './catalogue.js';
import { CatalogueInvalid } from './catalogue-invalid.js';
import { checkFiles } from './check-files.js';
import { readFiles } from './files.js';

/** The folder with the data that comes with the house. */
export const SHIPPED = fileURLToPath(new URL('./data', import.meta.url));

/** Reads and checks the catalogue in a folder, by default the one shipped. Throws CatalogueInvalid. */
export function loadCatalogue(folder: string = SHIPPED): Catalogue {
  const files = readFiles(folder);
  const faults = checkFiles(files);
  if (faults.length > 0) throw new CatalogueInvalid(faults);
  return new Catalogue(files);
}
