import { Transform, Type } from 'class-transformer';
import { IsArray, IsObject, IsString, Length, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { isPlainText } from '../people/names.js';
import { wrong, type Complaint } from './sentences.js';

const together =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) =>
    decorators.forEach((decorate) => decorate(target, key));

// class-validator drops the context of a constraint that has no message of its own.
const Complaining = (name: string, validate: (value: unknown) => boolean, complaint: Complaint) =>
  ValidateBy({ name, validator: { validate, defaultMessage: () => complaint.code } }, { context: complaint });

/** One object of the class. */
export const Whole = (type: () => new () => object) => together(IsObject(), ValidateNested(), Type(type));

/** A list of objects of the class. */
export const ListOf = (type: () => new () => object) =>
  together(IsArray(), ValidateNested({ each: true }), Type(type));

/** May be left out or null. */
export const MayBeAbsent = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** Text without what a page or a terminal would obey, and without spaces around it. */
export const PlainText = (longest: number) =>
  together(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsString(),
    Length(1, longest),
    Complaining('isPlainText', (text) => typeof text !== 'string' || isPlainText(text), wrong.characters()),
  );

/** As people type numbers of documents: letters of either case, spaces around them. */
export const UpperCase = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toUpperCase() : value,
  );
