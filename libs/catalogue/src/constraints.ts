import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsArray, IsObject, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';

/** One object of the class. */
export const NestedObject =
  (type: () => new () => object): PropertyDecorator =>
  (target, key) => {
    IsObject()(target, key);
    ValidateNested()(target, key as string);
    Type(type)(target, key);
  };

/** A list of objects of the class. */
export const NestedArray =
  (type: () => new () => object): PropertyDecorator =>
  (target, key) => {
    IsArray()(target, key);
    IsObject({ each: true })(target, key);
    ValidateNested({ each: true })(target, key as string);
    Type(type)(target, key);
  };

function compiles(value: unknown): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** A regular expression, compiled with the flag `u`. */
export const IsPattern = () =>
  ValidateBy({
    name: 'isPattern',
    validator: { validate: compiles, defaultMessage: () => '$property must be a regular expression' },
  });

/** May be absent, but not null. */
export const Optional = () => ValidateIf((_, value) => value !== undefined);
