import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueInvalid, type Fault } from './catalogue-invalid.js';

/** Reads a list of entries and checks the form of each. Throws CatalogueInvalid. */
export function readEntries<T extends object>(folder: string, file: string, type: new () => T): T[] {
  const list = parse(folder, file);
  if (!Array.isArray(list) || list.length === 0) throw invalid(file, '', 'must be a list with entries');
  const faults: Fault[] = [];
  const entries = list.map((entry: unknown, index) => {
    const instance = plainToInstance(type, entry) as T;
    faults.push(...faultsOf(entry, instance, file, `/${index}`));
    return instance;
  });
  if (faults.length > 0) throw new CatalogueInvalid(faults);
  return entries;
}

/** As `readEntries`; a catalogue without the file has none. */
export const readOptionalEntries = <T extends object>(
  folder: string,
  file: string,
  type: new () => T,
): T[] => (existsSync(join(folder, file)) ? readEntries(folder, file, type) : []);

function parse(folder: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch (error) {
    throw invalid(file, '', (error as Error).message);
  }
}

function faultsOf(entry: unknown, instance: object, file: string, path: string): Fault[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return [{ file, path, reason: 'must be an object' }];
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  return errors.flatMap((error) => flatten(error, file, path));
}

function flatten(
  { property, constraints, children }: ValidationError,
  file: string,
  parent: string,
): Fault[] {
  const path = `${parent}/${property}`;
  const own = Object.values(constraints ?? {}).map((reason) => ({ file, path, reason }));
  return [...own, ...(children ?? []).flatMap((child) => flatten(child, file, path))];
}

const invalid = (file: string, path: string, reason: string) =>
  new CatalogueInvalid([{ file, path, reason }]);
