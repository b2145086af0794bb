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

/** The rules of a class, gathered once: class-validator gathers them anew for every object it looks at. */
interface Rules {
  fields: Field[];
  names: Set<string>;
}

const gathered = new Map<unknown, Rules>();

/**
 * Does class-validator surely find nothing wrong with this instance? Where the answer is no, it may still: ask it, and it
 * says what. Rules are those of the decorators, without groups; with `whitelist` a field that the class does not name is
 * wrong.
 */
export function isValid(object: object, { whitelist = false } = {}): boolean {
  if (typeof object.constructor !== 'function') return false;
  const { fields, names } = rulesOf(object.constructor);
  if (fields.length === 0) return false;
  if (whitelist && !Object.keys(object).every((name) => names.has(name))) return false;
  for (const field of fields) if (!isFieldSound(field, object, whitelist)) return false;
  return true;
}

function isFieldSound(
  { name, conditions, checks, isNested }: Field,
  object: object,
  whitelist: boolean,
): boolean {
  const value: unknown = (object as Record<string, unknown>)[name];
  for (const holds of conditions) if (!holds(value, object)) return true;
  for (const holds of checks) if (!holds(value, object)) return false;
  return !isNested || isSoundBelow(value, whitelist);
}

function isSoundBelow(value: unknown, whitelist: boolean): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value)) return value instanceof Object && isValid(value, { whitelist });
  for (const each of value) if (!isSoundBelow(each, whitelist)) return false;
  return true;
}

function rulesOf(target: unknown): Rules {
  const known = gathered.get(target);
  if (known) return known;
  const storage = getMetadataStorage();
  const groups = storage.groupByPropertyName(
    storage.getTargetValidationMetadatas(target as () => void, '', false, false),
  );
  const fields = Object.entries(groups).map(([name, metadata]) => fieldOf(name, metadata));
  const rules = { fields, names: new Set(Object.keys(groups)) };
  gathered.set(target, rules);
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
      // Said anew of each value, and to nobody for longer than its check.
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
