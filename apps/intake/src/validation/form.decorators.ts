import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsObject,
  IsString,
  Length,
  Matches,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import type { ErrorMessage } from '@lianban/service-kit';
import { normalisePhone } from '../people/phone.js';
import { findForbiddenInText } from '../texts/forbidden.js';
import { normaliseName, normaliseNumber, normaliseText } from '../texts/normalise.js';
import { describeCharacter, fieldErrors } from './messages.js';

/** A constraint on a text with a message of its own. */
const TextConstraint = (name: string, describe: (text: string) => ErrorMessage | undefined) =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value) => typeof value !== 'string' || describe(value) === undefined,
        // class-validator drops the context of a constraint without a message.
        defaultMessage: () => name,
      },
    },
    { context: { describe } },
  );

const Rewrite = (write: (text: string, form: Record<string, unknown>) => string) =>
  Transform(({ value, obj }: { value: unknown; obj: Record<string, unknown> }) =>
    typeof value === 'string' ? write(value, obj) : value,
  );

/** One object of the class. */
export const NestedObject = (type: () => new () => object) =>
  applyDecorators(IsObject(), ValidateNested(), Type(type));

/** A list of objects of the class. */
export const NestedArray = (type: () => new () => object) =>
  applyDecorators(IsArray(), ValidateNested({ each: true }), Type(type));

/** May be absent or null. */
export const OptionalNullable = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** Normalised text without control characters or markup. */
export const SafeText = (maxLength: number) =>
  applyDecorators(
    Rewrite(normaliseText),
    IsString(),
    Length(1, maxLength),
    TextConstraint('isSafeText', (text) => {
      const forbidden = findForbiddenInText(text);
      return forbidden && fieldErrors.characters(describeCharacter(forbidden));
    }),
  );

/** The normalised name of a person or an organisation, by the field `kind`; `checkPerson` checks it. */
export const Name = () =>
  applyDecorators(
    Rewrite((name, { kind }) => normaliseName(kind, name)),
    IsString(),
  );

/** A document number as people type it: either case, spaces and dashes. */
export const DocumentNumber = () => applyDecorators(Rewrite(normaliseNumber), IsString(), Length(1, 30));

/** A phone number as people type it. */
export const PhoneNumber = () => applyDecorators(Rewrite(normalisePhone), IsString());

/** A number with a fixed count of digits. */
export const Digits = (count: number) =>
  applyDecorators(Rewrite(normaliseNumber), Matches(new RegExp(`^\\d{${count}}$`)), IsString());
