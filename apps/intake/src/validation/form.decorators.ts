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
import { normalisePhone } from '../people/phone.js';
import { forbiddenInText } from '../texts/forbidden.js';
import { normaliseName, normaliseNumber, normaliseText } from '../texts/normalise.js';
import { described, wrong, type Complaint } from './messages.js';

const together =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) =>
    decorators.forEach((decorate) => decorate(target, key));

/** A constraint that says itself what is wrong with a text. */
const Complaining = (name: string, about: (text: string) => Complaint | undefined) =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value) => typeof value !== 'string' || about(value) === undefined,
        // class-validator drops the context of a constraint that has no message of its own.
        defaultMessage: () => name,
      },
    },
    { context: { about } },
  );

const rewritten = (write: (text: string, form: Record<string, unknown>) => string) =>
  Transform(({ value, obj }: { value: unknown; obj: Record<string, unknown> }) =>
    typeof value === 'string' ? write(value, obj) : value,
  );

/** One object of the class. */
export const Whole = (type: () => new () => object) => together(IsObject(), ValidateNested(), Type(type));

/** A list of objects of the class. */
export const ListOf = (type: () => new () => object) =>
  together(IsArray(), ValidateNested({ each: true }), Type(type));

/** May be left out or null. */
export const MayBeAbsent = () => ValidateIf((_, value) => value !== undefined && value !== null);

/** Text as it is kept, without what a page or a terminal would obey. */
export const PlainText = (longest: number) =>
  together(
    rewritten(normaliseText),
    IsString(),
    Length(1, longest),
    Complaining('isPlainText', (text) => {
      const forbidden = forbiddenInText(text);
      return forbidden && wrong.characters(described(forbidden));
    }),
  );

/** The name of a person or an organisation, by the `kind` beside it; what is wrong with it is found later. */
export const Name = () =>
  together(
    rewritten((name, { kind }) => normaliseName(kind, name)),
    IsString(),
  );

/** As people type numbers of documents: letters of either case, blanks and dashes. */
export const DocumentNumber = () => together(rewritten(normaliseNumber), IsString(), Length(1, 30));

/** As people type phone numbers. */
export const PhoneNumber = () => together(rewritten(normalisePhone), IsString());

/** A number of so many digits. */
export const Digits = (count: number) =>
  together(rewritten(normaliseNumber), Matches(new RegExp(`^\\d{${count}}$`)), IsString());
