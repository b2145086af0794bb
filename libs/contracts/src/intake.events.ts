import { Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Min,
  ValidateNested,
} from 'class-validator';
import { Event } from './event.js';
import { IsDay, IsInstant } from './times.js';
import { QueryCodeVersion } from './query-code.js';
import { LANGUAGES, UTILITIES, type Language, type Utility } from './enums.js';

export class Person {
  @IsIn(['person', 'organisation']) kind!: 'person' | 'organisation';
  @IsString() name!: string;
  @IsString() documentType!: string;
  @IsString() documentNumber!: string;
  @IsString() phone!: string;
}

export class Address {
  @Matches(/^\d{6}$/) district!: string;
  @IsString() text!: string;
  @IsOptional() @IsString() estate?: string;
  @IsOptional() @IsString() building?: string;
  @IsOptional() @IsString() unit?: string;
  @IsOptional() @IsString() room?: string;
}

/** A document that a matter needs, and how it is supplied. */
export class Material {
  @IsString() code!: string;
  @IsIn(['paper', 'e-licence', 'data-share', 'deferred', 'waived']) method!:
    'paper' | 'e-licence' | 'data-share' | 'deferred' | 'waived';
  @IsOptional() @IsString() proof?: string;
  @IsOptional() @IsDay() promisedBy?: string;
}

/** What the applicant supplied when he was asked for a correction. */
export class Answer {
  @IsUUID() correctionId!: string;
  @IsObject() fields!: Record<string, unknown>;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Material) materials!: Material[];
  /** Items that are neither a material nor a field and are done (a bill paid, a contract signed). */
  @IsOptional() @IsArray() @IsString({ each: true }) confirmed?: string[];
  @IsInstant() answeredAt!: string;
}

export class DossierPart {
  @IsIn(UTILITIES) utility!: Utility;
  @IsString() provider!: string;
  @IsDay() promisedDate!: string;
  @IsObject() fields!: Record<string, unknown>;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Material) materials!: Material[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => Answer) answers!: Answer[];
  /** Ids of corrections that ended with items still open; answers are refused. */
  @IsOptional() @IsArray() @IsUUID(undefined, { each: true }) closedCorrections?: string[];
  /** Why the applicant withdrew this part; absent if he did not. */
  @IsOptional() @IsString() cancelReason?: string;
}

/** The whole dossier of a request, for routing only. */
@Event('cn.lianban.dossier.changed.v1', 'dossiers')
export class DossierChanged {
  @IsUUID() requestId!: string;
  @IsInt() @Min(1) version!: number;
  @IsString() receiptNumber!: string;
  @IsString() matter!: string;
  @IsString() catalogueVersion!: string;
  @IsInstant() registeredAt!: string;
  @ValidateNested() @Type(() => Person) applicant!: Person;
  @IsOptional() @ValidateNested() @Type(() => Person) agent?: Person;
  @ValidateNested() @Type(() => Address) address!: Address;
  @IsArray() @ValidateNested({ each: true }) @Type(() => DossierPart) parts!: DossierPart[];
  @IsString() hall!: string;
  @IsString() applicantMasked!: string;
  /** SHA-256 of the query code, hex. */
  @Matches(/^[0-9a-f]{64}$/) queryCodeHash!: string;
  /** Codes of materials promised for later and not yet supplied. */
  @IsArray() @IsString({ each: true }) pendingMaterials!: string[];
}

/** A query code that its applicant lost, by what it is derived from: the code itself is in no message. */
export class AskedCode extends QueryCodeVersion {
  @IsInstant() askedAt!: string;
}

/** How to reach the applicant, for notification only. */
@Event('cn.lianban.contact.changed.v1', 'contacts')
export class ContactChanged {
  @IsUUID() requestId!: string;
  @IsInt() @Min(1) version!: number;
  @IsString() phone!: string;
  @IsIn(LANGUAGES) language!: Language;
  /** Asked for with this version, and not repeated when everything is published again. */
  @IsOptional() @ValidateNested() @Type(() => AskedCode) askedCode?: AskedCode;
}
