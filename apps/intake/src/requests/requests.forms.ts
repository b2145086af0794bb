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
  ListOf,
  MayBeAbsent,
  Name,
  PhoneNumber,
  PlainText,
  Whole,
} from '../validation/form.decorators.js';

export const MATERIAL_WAYS = ['paper', 'e-licence', 'data-share', 'deferred', 'waived'] as const;

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
  @PlainText(200) text!: string;
  @MayBeAbsent() @PlainText(50) estate?: string;
  @MayBeAbsent() @PlainText(30) building?: string;
  @MayBeAbsent() @PlainText(30) unit?: string;
  @MayBeAbsent() @PlainText(30) room?: string;
}

export class MaterialForm {
  @IsString() code!: string;
  /** For this utility's part alone; without it, for every part that needs it. */
  @MayBeAbsent() @IsIn(UTILITIES) utility?: Utility;
  @IsIn(MATERIAL_WAYS) by!: (typeof MATERIAL_WAYS)[number];
  /** Number of the licence or of the query that showed it. */
  @MayBeAbsent() @PlainText(100) proof?: string;
  /** `deferred` only: the working day by which it will be supplied. */
  @MayBeAbsent() @IsDay() promisedBy?: string;
}

/** Read by hand, for the catalogue says what it may hold. */
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
  /** Language the applicant is written to in. */
  @IsIn(LANGUAGES) language: Language = 'zh-CN';
  @Whole(() => PersonForm) applicant!: PersonForm;
  /** Who came to the counter, where that is somebody else. */
  @MayBeAbsent() @Whole(() => PersonForm) agent?: PersonForm;
  @Whole(() => AddressForm) address!: AddressForm;
  /** By utility; each utility's fields stand in the catalogue. */
  @IsObject() parts: Record<string, PartForm> = {};
  @ListOf(() => MaterialForm) @ArrayMaxSize(50) materials: MaterialForm[] = [];
  /** Ids of the providers the applicant lets us share this with. */
  @IsArray() @ArrayMaxSize(10) @IsString({ each: true }) consent: string[] = [];
}

/**
 * What a clerk amends, as a merge patch (RFC 7396): what is absent stays at every depth, `null` takes away, lists stand for
 * the whole. A masked number of a document that comes back is left as it was. The whole is checked again as a registration is.
 */
export class AmendRequestForm {
  /** The version that was read; another amendment since is a conflict. */
  @IsInt() @Min(1) version!: number;
  @Allow() applicant?: unknown;
  /** `null`: the applicant comes himself now. */
  @Allow() agent?: unknown;
  @Allow() address?: unknown;
  /** Field by field; `null` takes a field away. */
  @Allow() parts?: unknown;
  /** All of them: the list takes the place of the one before. */
  @Allow() materials?: unknown;
}

/** What the applicant supplied for a correction. */
export class AnswerForm {
  @IsObject() fields: Record<string, unknown> = {};
  @ListOf(() => MaterialForm) @ArrayMaxSize(50) materials: MaterialForm[] = [];
  /** What was asked for and is neither a material nor a field (a bill paid, a contract signed): it is done now. */
  @IsArray() @ArrayMaxSize(30) @IsString({ each: true }) @MaxLength(80, { each: true }) confirmed: string[] =
    [];
}

export class WithdrawForm {
  /** Parts to withdraw; all that still run where it is absent. */
  @MayBeAbsent()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(UTILITIES, { each: true })
  utilities?: Utility[];
  /** A reason of kind `withdrawal` of the catalogue. */
  @IsString() reason: string = 'withdrawn-by-applicant';
}
