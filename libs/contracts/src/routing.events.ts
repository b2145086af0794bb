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
  Min,
  ValidateNested,
} from 'class-validator';
import { Event } from './event.js';
import { Address, Answer, Material } from './intake.events.js';
import { IsDay, IsInstant } from './times.js';
import { HOLDERS, JOB_STATES, UTILITIES, type Holder, type JobState, type Utility } from './words.js';

/** A person as one utility may know him. */
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

/** What routing wants of a job, as a whole; the adapter brings the provider there (design 3). */
@Event<JobDesired>('cn.lianban.job.desired.v1', ({ utility }) => `jobs.${utility}`)
export class JobDesired {
  @IsUUID() requestId!: string;
  @IsIn(UTILITIES) utility!: Utility;
  /** Which placement of the job this is; a re-route is the next. */
  @IsInt() @Min(1) attempt!: number;
  @IsInt() @Min(1) version!: number;
  @IsString() provider!: string;
  /** Counted anew when the holidays of its year are announced. */
  @IsDay() promisedDate!: string;
  /** The date promised rests on a year whose holidays are not announced yet. */
  @IsOptional() @IsBoolean() promisedDateProvisional?: boolean;
  /** Why the job is wanted no more; absent while it is wanted. */
  @IsOptional() @IsString() withdrawnFor?: string;
  @ValidateNested() @Type(() => JobDossier) dossier!: JobDossier;
}

/** The clock of a job as routing keeps it. Dates are in Asia/Shanghai. */
export class JobClock {
  @IsBoolean() running!: boolean;
  /** When it last started or stopped. */
  @IsInstant() since!: string;
  /** The date it is now promised for, stops included. */
  @IsDay() dueDate!: string;
  /** The date promised without any stop. */
  @IsOptional() @IsDay() promisedDate?: string;
  /** These dates rest on a year whose holidays are not announced yet. */
  @IsOptional() @IsBoolean() provisional?: boolean;
  /** Working days of the promise not yet used. */
  @IsInt() remainingDays!: number;
}

export class OpenCorrection {
  @IsUUID() id!: string;
  /** What is still open of it: codes of materials, `fields.<code>`, or what is to be done. */
  @IsArray() @IsString({ each: true }) items!: string[];
  @IsDay() dueDate!: string;
  /** Ids of the corrections that this one took the place of while the job waited. */
  @IsOptional() @IsArray() @IsUUID(undefined, { each: true }) replaces?: string[];
}

/** The date promised has moved, because the holidays of its year were announced. */
export class PromiseMoved {
  /** Version of the catalogue that moved it. */
  @IsString() catalogueVersion!: string;
  @IsDay() from!: string;
  @IsDay() to!: string;
}

export class JobDecision {
  @IsIn(UTILITIES) utility!: Utility;
  @IsString() provider!: string;
  @IsInt() attempt!: number;
  @IsIn(JOB_STATES) state!: JobState;
  @ValidateNested() @Type(() => JobClock) clock!: JobClock;
  @IsOptional() @IsIn(HOLDERS) holder?: Holder;
  @IsOptional() @IsString() reason?: string;
  /** What the holder must have done by when. */
  @IsOptional() @IsDay() holderDueDate?: string;
  @IsOptional() @ValidateNested() @Type(() => OpenCorrection) correction?: OpenCorrection;
  /** The holder was reminded of this due date. */
  @IsOptional() @IsDay() remindedFor?: string;
  /** The due date passed: withdrawn as lapsed, or handed to an owner. */
  @IsOptional() @IsString() lapsed?: string;
  @IsOptional() @IsBoolean() withdrawnByApplicant?: boolean;
  /** Why it was re-routed last. */
  @IsOptional() @IsString() reroutedFor?: string;
  /** How the date promised moved last. */
  @IsOptional() @ValidateNested() @Type(() => PromiseMoved) promiseMoved?: PromiseMoved;
}

/** What routing has decided about a request so far. */
@Event('cn.lianban.decision.made.v1', 'decisions')
export class DecisionMade {
  @IsUUID() requestId!: string;
  @IsInt() @Min(1) version!: number;
  @IsArray() @ValidateNested({ each: true }) @Type(() => JobDecision) jobs!: JobDecision[];
  /** The earliest date by which somebody must act, while the request runs. */
  @IsOptional() @IsDay() nextDueDate?: string;
  /** That date rests on a year whose holidays are not announced yet. */
  @IsOptional() @IsBoolean() nextDueDateProvisional?: boolean;
  @IsOptional() @IsInstant() endedAt?: string;
}
