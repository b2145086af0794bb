import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Min,
  ValidateNested,
} from 'class-validator';
import { Event } from './event.js';
import { Fact } from './fact.js';
import { JobDocument, OpenCorrection, OperationStatus, StageReached } from './job-parts.js';
import { IsDay, IsInstant } from './times.js';
import {
  HOLDERS,
  JOB_STATES,
  UTILITIES,
  WITHDRAWALS,
  type Holder,
  type JobState,
  type Utility,
  type Withdrawal,
} from './enums.js';

/** The status of a job as its adapter knows it, without personal data or the provider's free text. */
@Event('cn.lianban.job.progressed.v1', 'progress')
export class JobProgressed {
  @IsUUID() requestId!: string;
  @IsIn(UTILITIES) utility!: Utility;
  @IsInt() @Min(1) attempt!: number;
  @IsInt() @Min(1) version!: number;
  @IsString() provider!: string;
  /** The provider's own number for the job. */
  @IsOptional() @IsString() reference?: string;
  @ValidateNested() @Type(() => OperationStatus) operation!: OperationStatus;
  /** Was any placement of this job ever delivered? */
  @IsBoolean() delivered!: boolean;
  /** Was it ever accepted, or went further? */
  @IsBoolean() accepted!: boolean;
  @IsIn(JOB_STATES) state!: JobState;
  /** Since when it is in that state. */
  @IsInstant() since!: string;
  /** A catalogue code: why it waits, is held, was refused, failed or cancelled. */
  @IsOptional() @IsString() reason?: string;
  @IsOptional() @IsIn(HOLDERS) holder?: Holder;
  @IsOptional() @IsDay() holderDeadline?: string;
  /** The catalogue counted it in a year whose holidays are not announced yet. */
  @IsOptional() @IsBoolean() holderDeadlineProvisional?: boolean;
  @IsOptional() @ValidateNested() @Type(() => OpenCorrection) correction?: OpenCorrection;
  @IsIn(WITHDRAWALS) withdrawal!: Withdrawal;
  @IsOptional() @IsString() withdrawalReason?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => StageReached) stages!: StageReached[];
  /** What the provider gives the applicant to read. */
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => JobDocument) documents?: JobDocument[];
  /** Everything that somebody must be told about the job, since its first placement. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => Fact) facts!: Fact[];
}
