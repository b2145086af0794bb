import { AskedCorrection, entryOf, type JobReport } from '@lianban/adapter-kit';
import { IsInstant } from '@lianban/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** What the company answers to a call. */
export class GridAnswer {
  @IsString() @MaxLength(40) code!: string;
  @IsOptional() @IsString() message?: string;
  @IsOptional() @IsString() @MaxLength(64) applicationNo?: string;
}

/** A page of its own list of applications. */
export class GridList {
  @IsString() @MaxLength(40) code!: string;
  @IsOptional() @IsArray() applications?: unknown[];
  /** Where the next page begins; absent on the last. */
  @IsOptional() @IsString() @MaxLength(200) next?: string;
}

export class GridDocument {
  @IsString() @MaxLength(40) type!: string;
  @IsString() @MaxLength(100) name!: string;
  @IsString() url!: string;
}

/** What the company calls us with, as far as it is read. */
export class GridProgress {
  @Matches(/^[!-~]{1,100}$/) eventId!: string;
  @IsString() externalNo!: string;
  @IsOptional() @IsString() @MaxLength(64) applicationNo?: string;
  /** Its own count of what it told of this job. */
  @IsInt() @Min(0) sequence!: number;
  @IsInstant() time!: string;
  @IsOptional() @IsString() @MaxLength(40) status?: string;
  @IsOptional() @IsString() @MaxLength(40) step?: string;
  @IsOptional() @IsString() @MaxLength(40) reasonCode?: string;
  @IsOptional() @IsString() @MaxLength(500) message?: string;
  /** Who must act while it is held. */
  @IsOptional() @IsString() @MaxLength(40) holder?: string;
  @IsOptional() @IsString() @MaxLength(40) dueDate?: string;
  @IsOptional() @ValidateNested() @Type(() => AskedCorrection) supplement?: AskedCorrection;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => GridDocument)
  documents?: GridDocument[];
  @IsOptional() @IsIn(['agreed', 'refused']) cancellation?: 'agreed' | 'refused';
}

/** Its codes of a job's state. */
const STATES: Record<string, NonNullable<JobReport['state']>> = {
  '10': 'accepted',
  '20': 'in-progress',
  '30': 'waiting',
  '40': 'held',
  '90': 'completed',
  '91': 'partly-completed',
  '92': 'refused',
  '93': 'failed',
  '94': 'cancelled',
};

/** Its steps (业扩报装) as stages of the catalogue; null: a step within the company, of which the applicant is not told. */
const STAGES: Record<string, string | null> = {
  BUSINESS_ACCEPTANCE: 'ACCEPT',
  SURVEY_DISPATCH: null,
  FIELD_SURVEY: 'SURVEY',
  PLAN_DRAFT: null,
  APPROVAL: null,
  PLAN_REPLY: 'PLAN_REPLY',
  FEE_DETERMINE: null,
  FEE_COLLECTION: null,
  PROJECT_TRACKING: null,
  DESIGN_REVIEW: 'DESIGN_REVIEW',
  MID_INSPECTION: 'MID_INSPECTION',
  COMPLETION_APPLY: null,
  COMPLETION_CHECK: 'COMPLETION_CHECK',
  CONTRACT_SIGN: 'CONTRACT',
  POWER_ON: 'ENERGISE',
  ACCOUNT_CHECK: 'ACCOUNT_CHECK',
  METER_READING: 'METER_READING',
  OWNER_CHANGE: 'TRANSFER',
  INFO_ARCHIVE: null,
};

const DOCUMENTS: Record<string, string> = {
  SUPPLY_PLAN: 'plan',
  FEE_NOTICE: 'fee',
  SUPPLY_CONTRACT: 'contract',
  OTHER: 'other',
};

export function toReport(progress: GridProgress, reasons: Readonly<Record<string, string>>): JobReport {
  const { sequence, time, applicationNo, status, step, reasonCode, message, holder, dueDate } = progress;
  const { supplement, cancellation, documents } = progress;
  const state = status && entryOf(STATES, status);
  const known = step && entryOf(STAGES, step);
  const stage = known === undefined ? step : known;
  return {
    sequence,
    at: time,
    ...(applicationNo && { reference: applicationNo }),
    ...(state && { state }),
    ...(status && !state && { unknownState: status }),
    ...(stage && { stage }),
    ...(reasonCode && { reason: entryOf(reasons, reasonCode) ?? reasonCode }),
    ...(message && { text: message }),
    ...(holder && { holder }),
    ...(dueDate && { dueDate }),
    ...(supplement && { correction: supplement }),
    ...(documents && {
      documents: documents.map(({ type, name, url }) => ({
        kind: entryOf(DOCUMENTS, type) ?? type,
        name,
        url,
      })),
    }),
    ...(cancellation && { withdrawal: cancellation }),
  };
}
