import { HOLDERS, IsDay, type Holder } from '@lianban/contracts';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';

const REASON = /^[a-z]+(-[a-z]+)*$/;

/** Which page of the jobs. */
export class JobsQuery {
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
