import { HOLDERS, IsDay, isTerminal, JOB_STATES, type Holder, type JobState } from '@lianban/contracts';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

const REASON = /^[a-z]+(-[a-z]+)*$/;

const SCOPES = ['mine', 'pool', 'all'] as const;
const OPEN_STATES = JOB_STATES.filter((state) => !isTerminal(state));

/** Which jobs; by default all that are open. */
export class JobsFilter {
  /** `mine`: in the caller's hands; `pool`: in nobody's. */
  @IsOptional() @IsIn(SCOPES) scope?: (typeof SCOPES)[number];
  @IsOptional() @IsIn(OPEN_STATES) state?: JobState;
}

/** Which page of which jobs. */
export class JobsQuery extends JobsFilter {
  /** The whole receipt number, as people write it: that job alone, ended or not. */
  @IsOptional() @IsString() @MinLength(1) @MaxLength(60) receipt?: string;
  /** The `next` of the page before. */
  @IsOptional() @IsString() @MaxLength(60) after?: string;
}

class Remark {
  /** The officer's own words; they stay with the utility. */
  @IsOptional() @IsString() @MaxLength(400) text?: string;
}

export class AcceptForm extends Remark {
  /** The utility's own number for the job. */
  @IsOptional() @IsString() @MinLength(1) @MaxLength(64) reference?: string;
}

export class StageForm extends Remark {
  @Matches(/^[A-Z]+(_[A-Z]+)*$/) stage!: string;
}

export class HoldForm extends Remark {
  @Matches(REASON) reason!: string;
  @IsOptional() @IsIn(HOLDERS) holder?: Holder;
  @IsOptional() @IsDay() dueDate?: string;
}

export class CorrectionForm extends Remark {
  /** Codes of materials, or `fields.<name>`. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(80, { each: true })
  items!: string[];
  @IsOptional() @Matches(REASON) reason?: string;
  @IsOptional() @IsDay() dueDate?: string;
}

export class RefuseForm extends Remark {
  @Matches(REASON) reason!: string;
  @IsString() @MinLength(2) @MaxLength(200) legalBasis!: string;
}

export class CompleteForm extends Remark {
  /** Only a part of it could be done. */
  @IsOptional() @IsBoolean() partly?: boolean;
}

export class WithdrawalForm extends Remark {
  @IsIn(['agreed', 'refused']) answer!: 'agreed' | 'refused';
  @IsOptional() @Matches(REASON) reason?: string;
}

/** Who shall have the job in hand. */
export class ReassignForm {
  /** The officer as her tokens name her, `sub`. */
  @Matches(/^[^\p{C}]+$/u) @MaxLength(200) officer!: string;
}

export class ResumeForm extends Remark {}

/** Several jobs at once. */
export class JobClaimsForm {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @ArrayMaxSize(50)
  @IsUUID(undefined, { each: true })
  requestIds!: string[];
}

/** What she has on her screen. */
export class SeenForm {
  /** `job.desired.version`. */
  @IsInt() @Min(1) @Max(2_147_483_647) version!: number;
}

/** Why document numbers are needed in full; it is kept. */
export class JobDisclosureForm {
  @Matches(/^[^\p{C}]+$/u) @MinLength(2) @MaxLength(200) reason!: string;
}
