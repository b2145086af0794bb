import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

type Class = new () => object;

const gathered = new Map<Class, Map<string, Class>>();

/**
 * An instance made of parsed JSON, its nested objects too: what class-transformer makes of it, many times faster, where
 * a class says nothing but of what class its nested fields are.
 */
export function hydrate<T extends object>(target: new () => T, body: object): T {
  const instance = Object.assign(new target(), body);
  for (const [name, below] of nestedOf(target)) {
    const fields = instance as Record<string, unknown>;
    if (fields[name] !== undefined) fields[name] = nested(below, fields[name]);
  }
  return instance;
}

function nested(target: Class, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => nested(target, each));
  return typeof value === 'object' && value !== null ? hydrate(target, value) : value;
}

function nestedOf(target: Class): Map<string, Class> {
  const known = gathered.get(target);
  if (known) return known;
  const found = getMetadataStorage()
    .getTargetValidationMetadatas(target, '', false, false)
    .filter(({ type }) => type === ValidationTypes.NESTED_VALIDATION)
    .flatMap(({ propertyName }) => {
      const type = defaultMetadataStorage.findTypeMetadata(target, propertyName);
      return type ? [[propertyName, type.typeFunction()] as const] : [];
    });
  const below = new Map(found);
  gathered.set(target, below);
  return below;
}
