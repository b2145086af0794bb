import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { Environment } from './environment.js';

export type ConfigClass<T extends object = object> = new () => T;

/** Lists every wrong environment variable by name, never its value. */
export class ConfigInvalid extends Error {
  constructor(readonly errors: string[]) {
    super(`The environment is wrong: ${errors.join('; ')}`);
    this.name = 'ConfigInvalid';
  }
}

const variableOf = (field: string) => field.replace(/[A-Z]/g, '_$&').toUpperCase();

const fieldsOf = (Config: ConfigClass) =>
  getMetadataStorage()
    .getTargetValidationMetadatas(Config, '', false, false)
    .map(({ propertyName }) => propertyName);

function convert(Config: ConfigClass, field: string, text: string): unknown {
  const type: unknown = Reflect.getMetadata('design:type', Config.prototype as object, field);
  if (type === Number) return Number(text);
  if (type === Boolean) return { true: true, false: false }[text] ?? text;
  if (type === Array) return text.split(',').map((item) => item.trim());
  return text;
}

/** The value of a variable, else the content of the file that the variable with `_FILE` names. */
function textOf(variable: string, env: Environment): string | undefined {
  const text = env[variable]?.trim();
  const file = env[`${variable}_FILE`]?.trim();
  if (text || !file) return text;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigInvalid([`${variable}_FILE names a file that cannot be read (${code})`]);
  }
}

function fill<T extends object>(Config: ConfigClass<T>, env: Environment): T {
  const config = new Config();
  const fields = new Set(fieldsOf(Config));
  for (const field of fields) {
    const variable = variableOf(field);
    // Whoever has a field for the file reads it himself, and again.
    const text = fields.has(`${field}File`) ? env[variable]?.trim() : textOf(variable, env);
    if (text) Object.assign(config, { [field]: convert(Config, field, text) });
  }
  return config;
}

const errorsIn = (config: object, env: Environment) =>
  validateSync(config, { forbidUnknownValues: false }).map(({ property, constraints }) => {
    const variable = variableOf(property);
    if (!textOf(variable, env)) return `${variable} is missing`;
    return `${variable} is wrong (${Object.values(constraints ?? {}).join(', ')})`;
  });

/**
 * Reads each class from the environment: the field `publicUrl` from `PUBLIC_URL`, or from the file that `PUBLIC_URL_FILE` names;
 * arrays from comma-separated values. A variable that is not set keeps the default of the class.
 * @throws ConfigInvalid with every error in every class
 */
export function loadConfigs(classes: readonly ConfigClass[], env: Environment): object[] {
  const configs = classes.map((Config) => fill(Config, env));
  const errors = configs.flatMap((config) => errorsIn(config, env));
  if (errors.length > 0) throw new ConfigInvalid([...new Set(errors)]);
  return configs;
}

/** Reads one class from the environment. @throws ConfigInvalid */
export const loadConfig = <T extends object>(Config: ConfigClass<T>, env: Environment): T =>
  loadConfigs([Config], env)[0] as T;
