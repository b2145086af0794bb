import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { Environment } from './environment.js';
import { isSecret } from './secret.js';

export type ConfigClass<T extends object = object> = new () => T;

/** Lists every wrong environment variable by name, never its value. */
export class ConfigInvalid extends Error {
  constructor(readonly errors: string[]) {
    super(`The environment is wrong: ${errors.join('; ')}`);
    this.name = 'ConfigInvalid';
  }
}

export const variableOf = (field: string): string => field.replace(/[A-Z]/g, '_$&').toUpperCase();

/** The fields that are read from the environment. */
export const fieldsOf = (Config: ConfigClass): string[] => [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(Config, '', false, false)
      .map(({ propertyName }) => propertyName),
  ),
];

export const secretFieldsOf = (Config: ConfigClass): string[] =>
  fieldsOf(Config).filter((field) => isSecret(Config, field));

/** What a variable holds, or the file that is given in its place. */
interface Source {
  text?: string;
  error?: string;
}

function readSource(Config: ConfigClass, field: string, env: Environment): Source {
  const variable = variableOf(field);
  const text = env[variable]?.trim() || undefined;
  const file = isSecret(Config, field) ? env[`${variable}_FILE`]?.trim() : undefined;
  if (!file) return { text };
  if (text) return { error: `${variable} and ${variable}_FILE are both set` };
  try {
    return { text: readFileSync(file, 'utf8').trim() || undefined };
  } catch (error) {
    return { error: `${variable}_FILE cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function convert(Config: ConfigClass, field: string, text: string): unknown {
  const type: unknown = Reflect.getMetadata('design:type', Config.prototype as object, field);
  if (type === Number) return Number(text);
  if (type === Boolean) return { true: true, false: false }[text] ?? text;
  if (type === Array) return text.split(',').map((item) => item.trim());
  return text;
}

function load<T extends object>(Config: ConfigClass<T>, env: Environment): { config: T; errors: string[] } {
  const config = new Config();
  const sources = new Map(fieldsOf(Config).map((field) => [field, readSource(Config, field, env)]));
  for (const [field, { text }] of sources)
    if (text) Object.assign(config, { [field]: convert(Config, field, text) });
  const errors = validateSync(config, { forbidUnknownValues: false }).flatMap(({ property, constraints }) => {
    const { text, error } = sources.get(property)!;
    if (error) return [];
    const reasons = Object.values(constraints ?? {}).join(', ');
    return text ? `${variableOf(property)} is wrong (${reasons})` : `${variableOf(property)} is missing`;
  });
  return { config, errors: [...[...sources.values()].flatMap(({ error }) => error ?? []), ...errors] };
}

/**
 * Reads each class from the environment: the field `publicUrl` from `PUBLIC_URL`, arrays from comma-separated values. A
 * variable that is not set keeps the default of the class. A secret may be read from a file.
 * @throws ConfigInvalid with every error in every class
 */
export function loadConfigs(classes: readonly ConfigClass[], env: Environment): object[] {
  const loaded = classes.map((Config) => load(Config, env));
  const errors = loaded.flatMap((each) => each.errors);
  if (errors.length > 0) throw new ConfigInvalid([...new Set(errors)]);
  return loaded.map(({ config }) => config);
}

/** Reads one class from the environment. @throws ConfigInvalid */
export const loadConfig = <T extends object>(Config: ConfigClass<T>, env: Environment): T =>
  loadConfigs([Config], env)[0] as T;
