import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
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
import { Fact } from './fact.js';
import { JobDocument, OpenCorrection, OperationStatus, StageReached } from './job-parts.js';
import { Address, Answer, Material } from './intake.events.js';
import { IsDay, IsInstant } from './times.js';
import {
  DEADLINE_OUTCOMES,
  HOLDERS,
  JOB_STATES,
  PHASES,
  TERMINAL_STATES,
  UTILITIES,
  WITHDRAWALS,
  type Attention,
  type DeadlineOutcome,
  type Holder,
  type JobState,
  type Outcome,
  type Phase,
  type Utility,
  type Withdrawal,
} from './enums.js';

/** A person, reduced to what one utility may know. */
export class JobPerson {
  @IsIn(['person', 'organisation']) kind!: 'person' | 'organisation';
  @IsOptional() @IsString() name?: string;
  @IsOptional() @IsString() documentType?: string;
  @IsOptional() @IsString() documentNumber?: string;
  @IsOptional() @IsString() phone?: string;
}

/** What one utility needs to do its part: only the personal fields that the catalogue lists for it. */
export class JobDossier {
  @IsString() receiptNumber!: string;
  @IsString() matter!: string;
  @IsInstant() registeredAt!: string;
  @ValidateNested() @Type(() => JobPerson) applicant!: JobPerson;
  @IsOptional() @ValidateNested() @Type(() => JobPerson) agent?: JobPerson;
  @ValidateNested() @Type(() => Address) address!: Address;
  @IsObject() fields!: Record<string, unknown>;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Material) materials!: Material[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => Answer) answers!: Answer[];
}

/** The desired state of a job, as a whole; the adapter derives what the provider must be told. */
@Event<JobDesired>('cn.lianban.job.desired.v1', ({ utility }) => `jobs.${utility}`)
export class JobDesired {
  @IsUUID() requestId!: string;
  @IsIn(UTILITIES) utility!: Utility;
  /** The number of the placement; a re-route increments it. */
  @IsInt() @Min(1) attempt!: number;
  @IsInt() @Min(1) version!: number;
  @IsString() provider!: string;
  /** Counted again when the holidays of its year are announced. */
  @IsDay() promisedDate!: string;
  /** The holidays of that year are not announced yet. */
  @IsOptional() @IsBoolean() promisedDateProvisional?: boolean;
  /** Why the job is not wanted any more; absent while it is wanted. */
  @IsOptional() @IsString() cancelReason?: string;
  @ValidateNested() @Type(() => JobDossier) dossier!: JobDossier;
}

/** The time limit of a job. Dates are in Asia/Shanghai. */
export class JobClock {
  @IsBoolean() running!: boolean;
  /** When it last started or stopped. */
  @IsInstant() since!: string;
  /** The promised date including stops. */
  @IsDay() slaDate!: string;
  /** The promised date without stops. */
  @IsDay() promisedDate!: string;
  /** The holidays of that year are not announced yet. */
  @IsOptional() @IsBoolean() provisional?: boolean;
  /** Working days of the promise not yet used. */
  @IsInt() remainingDays!: number;
}

/** The status of a job: what its adapter reported last, and what routing decided. */
export class JobStatus {
  @IsIn(UTILITIES) utility!: Utility;
  @IsString() provider!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsIn(JOB_STATES) state!: JobState;
  /** Since when it is in that state. */
  @IsInstant() since!: string;
  /** A catalogue code: why it waits, is held, was refused, failed or cancelled. */
  @IsOptional() @IsString() reason?: string;
  @IsOptional() @IsIn(HOLDERS) holder?: Holder;
  /** By when the holder must act. */
  @IsOptional() @IsDay() holderDeadline?: string;
  /** The holidays of that year are not announced yet. */
  @IsOptional() @IsBoolean() holderDeadlineProvisional?: boolean;
  /** Was it ever delivered to a provider, ever accepted? Once true, always true, after a re-route too. */
  @IsBoolean() delivered!: boolean;
  @IsBoolean() accepted!: boolean;
  @ValidateNested() @Type(() => OperationStatus) operation!: OperationStatus;
  /** The provider's own number for the job. */
  @IsOptional() @IsString() reference?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => StageReached) stages!: StageReached[];
  /** What the provider gives the applicant to read. */
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => JobDocument) documents?: JobDocument[];
  @IsOptional() @ValidateNested() @Type(() => OpenCorrection) correction?: OpenCorrection;
  @IsIn(WITHDRAWALS) withdrawal!: Withdrawal;
  @IsOptional() @IsString() withdrawalReason?: string;
  /** The applicant asked to withdraw this part. */
  @IsOptional() @IsBoolean() withdrawnByApplicant?: boolean;
  @ValidateNested() @Type(() => JobClock) clock!: JobClock;
  /** The outcome of a missed deadline. */
  @IsOptional() @IsIn(DEADLINE_OUTCOMES) deadlineOutcome?: DeadlineOutcome;
  /** The reason of the last re-route. */
  @IsOptional() @IsString() reroutedFor?: string;
}

/**
 * The whole public state of a request. Every change of a published field makes the next version, also after the end. It contains
 * no personal data but the masked name.
 */
@Event('cn.lianban.request.status-changed.v1', 'status')
export class RequestStatusChanged {
  @IsUUID() requestId!: string;
  @IsInt() @Min(1) version!: number;
  @IsString() receiptNumber!: string;
  /** SHA-256 of the query code, hex. */
  @Matches(/^[0-9a-f]{64}$/) queryCodeHash!: string;
  @IsString() hall!: string;
  @IsString() matter!: string;
  @IsString() applicantMasked!: string;
  @IsInstant() registeredAt!: string;
  @IsIn(PHASES) phase!: Phase;
  @IsIn(['none', ...HOLDERS]) attention!: Attention;
  @IsOptional() @IsIn(TERMINAL_STATES) outcome?: Outcome;
  @IsOptional() @IsInstant() endedAt?: string;
  /** The earliest date by which somebody must act, while the request runs. */
  @IsOptional() @IsDay() nextDeadline?: string;
  /** The holidays of that year are not announced yet. */
  @IsOptional() @IsBoolean() nextDeadlineProvisional?: boolean;
  @IsArray() @ValidateNested({ each: true }) @Type(() => JobStatus) jobs!: JobStatus[];
  /** Codes of materials promised for later and not yet supplied. */
  @IsArray() @IsString({ each: true }) pendingMaterials!: string[];
  /** Everything that somebody had to be told so far, in order. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => Fact) facts!: Fact[];
}
