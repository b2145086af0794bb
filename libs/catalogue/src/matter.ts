import { UTILITIES, type Utility } from '@lianban/contracts';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsString,
  Matches,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsPattern, Optional, NestedObject, NestedArray } from './constraints.js';
import { Dated } from './in-force.js';
import { Text } from './text.js';

export const APPLICANT_KINDS = ['person', 'organisation'] as const;
export type ApplicantKind = (typeof APPLICANT_KINDS)[number];
export const PERSONAL_FIELDS = ['name', 'documentType', 'documentNumber', 'phone'] as const;
export type PersonalField = (typeof PERSONAL_FIELDS)[number];

const CODE = /^[A-Z]+(_[A-Z]+)*$/;
const PART_CODE = /^[a-z]+(-[a-z]+)+$/;
const FIELD_CODE = /^[a-z]+([A-Z][a-z]+)*$/;

export class Choice {
  @Matches(/^[a-z]+(-[a-z]+)*$/) code!: string;
  @NestedObject(() => Text) label!: Text;
}

/** A field of one utility; its value is in the part's `fields` under its code. */
export class Field {
  @Matches(FIELD_CODE) code!: string;
  @NestedObject(() => Text) label!: Text;
  @IsIn(['string', 'number', 'integer', 'boolean', 'choice']) type!:
    'string' | 'number' | 'integer' | 'boolean' | 'choice';
  @IsBoolean() required!: boolean;
  @Optional() @IsString() @IsNotEmpty() unit?: string;
  @Optional() @IsNumber() min?: number;
  @Optional() @IsNumber() max?: number;
  @Optional() @IsPattern() pattern?: string;
  @ValidateIf((field: Field) => field.type === 'choice' || field.choices !== undefined)
  @ArrayNotEmpty()
  @ArrayUnique((choice: Choice) => choice?.code)
  @NestedArray(() => Choice)
  choices?: Choice[];
  /** An account number must match the provider's `accountPattern`. */
  @Optional() @IsBoolean() isAccount?: boolean;
}

/** A document and who must bring it. */
export class MaterialKind {
  @Matches(CODE) code!: string;
  @NestedObject(() => Text) name!: Text;
  /** `agent`: only if an agent came to the counter. */
  @IsIn(['always', 'agent', ...APPLICANT_KINDS]) required!: 'always' | 'agent' | ApplicantKind;
}

/** A step of a job's process, as the named utilities call it. */
export class StageName {
  @Matches(CODE) code!: string;
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @IsIn(UTILITIES, { each: true }) utilities!: Utility[];
  @NestedObject(() => Text) name!: Text;
}

export class PlannedStage {
  @Matches(CODE) code!: string;
  /** Working days after registration. Contract and works take none, because they stop the clock. */
  @IsInt() @Min(0) plannedDay!: number;
}

export class Limit {
  /** Working days. */
  @IsInt() @Min(1) days!: number;
  /** Where the number comes from. */
  @IsString() @IsNotEmpty() source!: string;
}

export class Personal {
  @IsArray() @ArrayUnique() @IsIn(PERSONAL_FIELDS, { each: true }) applicant!: PersonalField[];
  @IsArray() @ArrayUnique() @IsIn(PERSONAL_FIELDS, { each: true }) agent!: PersonalField[];
}

class WithMaterials extends Dated {
  @IsArray() @ArrayUnique() @Matches(CODE, { each: true }) materials!: string[];
  /** The materials that may be promised for later (容缺). */
  @IsArray() @ArrayUnique() @Matches(CODE, { each: true }) deferrable!: string[];
}

/** One utility's share of a matter, an entry of `parts.json`; matters may share parts. */
export class PartEntry extends WithMaterials {
  @Matches(PART_CODE) code!: string;
  @IsIn(UTILITIES) utility!: Utility;
  @NestedObject(() => Limit) limit!: Limit;
  /** Working days the applicant has for a correction. */
  @IsInt() @Min(1) correctionDays!: number;
  /** Working days a holder has by default. */
  @IsInt() @Min(1) holdDays!: number;
  /** The personal data that the utility may know. */
  @NestedObject(() => Personal) personal!: Personal;
  @IsArray() @ArrayUnique() @Matches(FIELD_CODE, { each: true }) fields!: string[];
  @ArrayNotEmpty() @NestedArray(() => PlannedStage) stages!: PlannedStage[];
}

/** What can be asked for, an entry of `matters.json`. */
export class MatterEntry extends WithMaterials {
  @Matches(CODE) code!: string;
  @NestedObject(() => Text) name!: Text;
  /** Who may ask for it. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(APPLICANT_KINDS, { each: true })
  applicantKinds!: ApplicantKind[];
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @Matches(PART_CODE, { each: true }) parts!: string[];
}

export interface MaterialNeed extends MaterialKind {
  deferrable: boolean;
}

export interface Stage extends PlannedStage {
  name: Text;
}

/** A part with its codes resolved. */
export interface Part extends Omit<PartEntry, 'materials' | 'deferrable' | 'fields' | 'stages'> {
  materials: MaterialNeed[];
  fields: Field[];
  stages: Stage[];
}

/** A matter with its codes resolved, as of one day. */
export interface Matter extends Omit<MatterEntry, 'materials' | 'deferrable' | 'parts'> {
  /** Materials every part shares. */
  materials: MaterialNeed[];
  /** One per utility. */
  parts: Part[];
}
