import { IsDay, LANGUAGES, UTILITIES, type Language, type Utility } from '@lianban/contracts';
import {
  Allow,
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  MaxLength,
  Min,
} from 'class-validator';
import {
  Digits,
  DocumentNumber,
  NestedArray,
  OptionalNullable,
  Name,
  PhoneNumber,
  SafeText,
  NestedObject,
} from '../validation/form.decorators.js';

export const MATERIAL_METHODS = ['paper', 'e-licence', 'data-share', 'deferred', 'waived'] as const;

export class PersonForm {
  @IsIn(['person', 'organisation']) kind!: 'person' | 'organisation';
  @Name() name!: string;
  @IsString() documentType!: string;
  @DocumentNumber() documentNumber!: string;
  @PhoneNumber() phone!: string;
}

export class AddressForm {
  /** Six digits of GB/T 2260. */
  @Digits(6) district!: string;
  /** As the clerk typed it. */
  @SafeText(200) text!: string;
  @OptionalNullable() @SafeText(50) estate?: string;
  @OptionalNullable() @SafeText(30) building?: string;
  @OptionalNullable() @SafeText(30) unit?: string;
  @OptionalNullable() @SafeText(30) room?: string;
}

export class MaterialForm {
  @IsString() code!: string;
  /** For this utility's part only; by default for every part that needs it. */
  @OptionalNullable() @IsIn(UTILITIES) utility?: Utility;
  @IsIn(MATERIAL_METHODS) method!: (typeof MATERIAL_METHODS)[number];
  /** Number of the licence or of the query. */
  @OptionalNullable() @SafeText(100) proof?: string;
  /** `deferred` only: the working day by which it will be supplied. */
  @OptionalNullable() @IsDay() promisedBy?: string;
}

/** Validated by the catalogue, not by decorators. */
export interface PartForm {
  fields?: Record<string, unknown>;
}

/** What a clerk registers: `POST /v1/requests`. */
export class RegisterRequestForm {
  @IsString() matter!: string;
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(UTILITIES, { each: true })
  utilities!: Utility[];
  /** The applicant's language. */
  @IsIn(LANGUAGES) language: Language = 'zh-CN';
  @NestedObject(() => PersonForm) applicant!: PersonForm;
  /** Who came to the counter instead of the applicant. */
  @OptionalNullable() @NestedObject(() => PersonForm) agent?: PersonForm;
  @NestedObject(() => AddressForm) address!: AddressForm;
  /** By utility; the catalogue defines each utility's fields. */
  @IsObject() parts: Record<string, PartForm> = {};
  @NestedArray(() => MaterialForm) @ArrayMaxSize(50) materials: MaterialForm[] = [];
  /** Ids of the providers with which the applicant agreed to share the request. */
  @IsArray() @ArrayMaxSize(10) @IsString({ each: true }) consent: string[] = [];
}

/**
 * An amendment as a merge patch (RFC 7396): absent members stay, `null` removes, lists are replaced as a whole. A masked
 * document number that comes back is left unchanged. The result is validated like a registration.
 */
export class AmendRequestForm {
  /** The version that was read. */
  @IsInt() @Min(1) version!: number;
  @Allow() applicant?: unknown;
  /** `null` removes the agent. */
  @Allow() agent?: unknown;
  @Allow() address?: unknown;
  /** Field by field; `null` removes a field. */
  @Allow() parts?: unknown;
  /** Replaces the whole list. */
  @Allow() materials?: unknown;
}

/** What the applicant supplied for a correction. */
export class AnswerForm {
  @IsObject() fields: Record<string, unknown> = {};
  @NestedArray(() => MaterialForm) @ArrayMaxSize(50) materials: MaterialForm[] = [];
  /** Items that are neither a material nor a field and are done now (a bill paid, a contract signed). */
  @IsArray() @ArrayMaxSize(30) @IsString({ each: true }) @MaxLength(80, { each: true }) confirmed: string[] =
    [];
}

export class WithdrawForm {
  /** Parts to withdraw; by default all that still run. */
  @OptionalNullable()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(UTILITIES, { each: true })
  utilities?: Utility[];
  /** A reason of kind `withdrawal` in the catalogue. */
  @IsString() reason: string = 'withdrawn-by-applicant';
}
