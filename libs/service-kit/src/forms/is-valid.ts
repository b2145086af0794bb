import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { ValidationArguments } from 'class-validator';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Check = (value: unknown, object: object) => boolean;

interface Field {
  name: string;
  conditions: Check[];
  checks: Check[];
  isNested: boolean;
}

/** The rules of a class, compiled once: class-validator collects them again for every object. */
interface Rules {
  fields: Field[];
  names: Set<string>;
}

const rulesByClass = new Map<unknown, Rules>();

/**
 * A fast check with the rules of class-validator, without groups. `true` means that class-validator finds no error either;
 * on `false`, ask class-validator for the errors. With `whitelist`, a field that the class does not name is invalid.
 */
export function isValid(object: object, { whitelist = false } = {}): boolean {
  if (typeof object.constructor !== 'function') return false;
  const { fields, names } = rulesOf(object.constructor);
  if (fields.length === 0) return false;
  if (whitelist && !Object.keys(object).every((name) => names.has(name))) return false;
  for (const field of fields) if (!isFieldValid(field, object, whitelist)) return false;
  return true;
}

function isFieldValid(
  { name, conditions, checks, isNested }: Field,
  object: object,
  whitelist: boolean,
): boolean {
  const value: unknown = (object as Record<string, unknown>)[name];
  for (const holds of conditions) if (!holds(value, object)) return true;
  for (const holds of checks) if (!holds(value, object)) return false;
  return !isNested || isNestedValid(value, whitelist);
}

function isNestedValid(value: unknown, whitelist: boolean): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value)) return value instanceof Object && isValid(value, { whitelist });
  for (const each of value) if (!isNestedValid(each, whitelist)) return false;
  return true;
}

function rulesOf(target: unknown): Rules {
  const known = rulesByClass.get(target);
  if (known) return known;
  const storage = getMetadataStorage();
  const groups = storage.groupByPropertyName(
    storage.getTargetValidationMetadatas(target as () => void, '', false, false),
  );
  const fields = Object.entries(groups).map(([name, metadata]) => fieldOf(name, metadata));
  const rules = { fields, names: new Set(Object.keys(groups)) };
  rulesByClass.set(target, rules);
  return rules;
}

function fieldOf(name: string, metadata: Metadata[]): Field {
  const of = (type: string): Metadata[] => metadata.filter((each) => each.type === type);
  return {
    name,
    conditions: of(ValidationTypes.CONDITIONAL_VALIDATION).map(
      ({ constraints }) =>
        (value, object) =>
          (constraints[0] as (object: object, value: unknown) => boolean)(object, value),
    ),
    checks: of(ValidationTypes.CUSTOM_VALIDATION).flatMap(checksOf),
    isNested: of(ValidationTypes.NESTED_VALIDATION).length > 0,
  };
}

function checksOf(metadata: Metadata): Check[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map((constraint) => {
      if (constraint.async) return () => false;
      const { instance } = constraint;
      const { validateIf, each, propertyName: property, constraints } = metadata;
      // One object is reused for every check, because no validator keeps it.
      const about: ValidationArguments = {
        targetName: '',
        property,
        object: {},
        value: undefined,
        constraints,
      };
      return (value, object) => {
        if (validateIf && !validateIf(object, value)) return true;
        about.targetName = object.constructor.name;
        about.object = object;
        about.value = value;
        if (!each || !Array.isArray(value)) return instance.validate(value, about) === true;
        for (const one of value) if (instance.validate(one, about) !== true) return false;
        return true;
      };
    });
}
