import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant, JOB_STATES, type JobState } from '@lianban/contracts';

export class AskedCorrection {
  /** Codes of materials or names of fields of the part, `fields.heatedArea`. */
  @IsArray()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(80, { each: true })
  items!: string[];
  @IsOptional() @IsString() @MaxLength(40) dueDate?: string;
}

export class ReportedDocument {
  @IsString() @MaxLength(40) kind!: string;
  @IsString() @MaxLength(100) name!: string;
  @IsString() url!: string;
}

/**
 * What a provider, or its officer, reports about a placement. Its codes and dates are any text here: what nobody knows
 * costs no state, and becomes a finding where the report is applied.
 */
export class JobReport {
  /** The provider's own count of its reports on this placement, where it has one. */
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) sequence?: number;
  /** When it was so, at the provider. */
  @IsInstant() at!: string;
  @IsOptional() @IsString() @MaxLength(64) reference?: string;
  @IsOptional() @IsIn(JOB_STATES.filter((state) => state !== 'placed')) state?: JobState;
  /** The provider's word for a state that its dialect does not know. */
  @IsOptional() @IsString() @MaxLength(64) unknownState?: string;
  /** A stage of the part. */
  @IsOptional() @IsString() @MaxLength(40) stage?: string;
  /** A catalogue code. */
  @IsOptional() @IsString() @MaxLength(40) reason?: string;
  /** The provider's own words; they stay in the adapter. */
  @IsOptional() @IsString() @MaxLength(500) text?: string;
  /** Who must act while the job is held. */
  @IsOptional() @IsString() @MaxLength(40) holder?: string;
  /** The day by which the holder must act, `YYYY-MM-DD`. */
  @IsOptional() @IsString() @MaxLength(40) dueDate?: string;
  @IsOptional() @ValidateNested() @Type(() => AskedCorrection) correction?: AskedCorrection;
  /** For the applicant to read; of one address once. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => ReportedDocument)
  documents?: ReportedDocument[];
  @IsOptional() @IsIn(['agreed', 'refused']) withdrawal?: 'agreed' | 'refused';
}
