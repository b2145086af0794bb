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
import { IsPattern, MayBeAbsent, Nested, NestedList } from './constraints.js';
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
  @Nested(() => Text) label!: Text;
}

/** A field a utility asks for beside the shared ones; its value stands in the dossier part's `fields` under its code. */
export class Field {
  @Matches(FIELD_CODE) code!: string;
  @Nested(() => Text) label!: Text;
  @IsIn(['string', 'number', 'integer', 'boolean', 'choice']) type!:
    'string' | 'number' | 'integer' | 'boolean' | 'choice';
  @IsBoolean() required!: boolean;
  @MayBeAbsent() @IsString() @IsNotEmpty() unit?: string;
  @MayBeAbsent() @IsNumber() min?: number;
  @MayBeAbsent() @IsNumber() max?: number;
  @MayBeAbsent() @IsPattern() pattern?: string;
  @ValidateIf((field: Field) => field.type === 'choice' || field.choices !== undefined)
  @ArrayNotEmpty()
  @ArrayUnique((choice: Choice) => choice?.code)
  @NestedList(() => Choice)
  choices?: Choice[];
  /** An account number: it also has to fit the provider's `accountPattern`. */
  @MayBeAbsent() @IsBoolean() isAccount?: boolean;
}

/** A document and who has to bring it. */
export class MaterialKind {
  @Matches(CODE) code!: string;
  @Nested(() => Text) name!: Text;
  /** `agent`: only where somebody else came to the counter. */
  @IsIn(['always', 'agent', ...APPLICANT_KINDS]) required!: 'always' | 'agent' | ApplicantKind;
}

/** A step of a job's process, as the named utilities call it. */
export class StageName {
  @Matches(CODE) code!: string;
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @IsIn(UTILITIES, { each: true }) utilities!: Utility[];
  @Nested(() => Text) name!: Text;
}

export class PlannedStage {
  @Matches(CODE) code!: string;
  /** Working days after registration by which it is reached. Contract and works take none: they stop the clock. */
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

class Needing extends Dated {
  @IsArray() @ArrayUnique() @Matches(CODE, { each: true }) materials!: string[];
  /** Those of the materials that may be promised for later (容缺). */
  @IsArray() @ArrayUnique() @Matches(CODE, { each: true }) deferrable!: string[];
}

/** One utility's share of a matter, as `parts.json` has it; joint and single matters share it. */
export class PartEntry extends Needing {
  @Matches(PART_CODE) code!: string;
  @IsIn(UTILITIES) utility!: Utility;
  @Nested(() => Limit) limit!: Limit;
  /** Working days the applicant has for a correction. */
  @IsInt() @Min(1) correctionDays!: number;
  /** Working days a holder has where neither the provider nor the reason says. */
  @IsInt() @Min(1) holdDays!: number;
  /** What of the people the utility may know. */
  @Nested(() => Personal) personal!: Personal;
  @IsArray() @ArrayUnique() @Matches(FIELD_CODE, { each: true }) fields!: string[];
  @ArrayNotEmpty() @NestedList(() => PlannedStage) stages!: PlannedStage[];
}

/** What can be asked for, as `matters.json` has it. */
export class MatterEntry extends Needing {
  @Matches(CODE) code!: string;
  @Nested(() => Text) name!: Text;
  /** Who may ask for it. */
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @IsIn(APPLICANT_KINDS, { each: true }) who!: ApplicantKind[];
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @Matches(PART_CODE, { each: true }) parts!: string[];
}

export interface MaterialNeed extends MaterialKind {
  deferrable: boolean;
}

export interface Stage extends PlannedStage {
  name: Text;
}

/** A part with its codes looked up. */
export interface Part extends Omit<PartEntry, 'materials' | 'deferrable' | 'fields' | 'stages'> {
  materials: MaterialNeed[];
  fields: Field[];
  stages: Stage[];
}

/** A matter with its codes looked up, as it stands on a day. */
export interface Matter extends Omit<MatterEntry, 'materials' | 'deferrable' | 'parts'> {
  /** Materials every part shares. */
  materials: MaterialNeed[];
  /** One per utility. */
  parts: Part[];
}
