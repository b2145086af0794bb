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
export function isSound(object: object, { whitelist = false } = {}): boolean {
  if (typeof object.constructor !== 'function') return false;
  const { fields, names } = rulesOf(object.constructor);
  if (fields.length === 0) return false;
  if (whitelist && !Object.keys(object).every((name) => names.has(name))) return false;
  return fields.every(({ name, conditions, checks, isNested }) => {
    const value: unknown = (object as Record<string, unknown>)[name];
    if (!conditions.every((holds) => holds(value, object))) return true;
    return checks.every((check) => check(value, object)) && (!isNested || isSoundBelow(value, whitelist));
  });
}

function isSoundBelow(value: unknown, whitelist: boolean): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.every((each) => isSoundBelow(each, whitelist));
  return value instanceof Object && isSound(value, { whitelist });
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
      const { instance } = constraint;
      if (constraint.async) return () => false;
      return (value, object) => {
        if (metadata.validateIf && !metadata.validateIf(object, value)) return true;
        const about: ValidationArguments = {
          targetName: object.constructor.name,
          property: metadata.propertyName,
          object,
          value,
          constraints: metadata.constraints,
        };
        const holds = (one: unknown): boolean => instance.validate(one, about) === true;
        return metadata.each && Array.isArray(value) ? value.every(holds) : holds(value);
      };
    });
}
