import { HOLDERS, JOB_STATES, type Holder, type JobState } from '@lianban/contracts';
import { IsDateString, IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Min } from 'class-validator';

/** A report to be sent now. One with an older sequence does not change the provider's own state. */
export class ReportForm {
  @IsOptional() @IsInt() @Min(0) sequence?: number;
  @IsOptional() @IsDateString() at?: string;
  @IsOptional() @IsString() reference?: string;
  @IsOptional() @IsIn(JOB_STATES) state?: JobState;
  @IsOptional() @IsString() stage?: string;
  @IsOptional() @IsString() reason?: string;
  @IsOptional() @IsString() text?: string;
  @IsOptional() @IsIn(HOLDERS) holder?: Holder;
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}$/) dueDate?: string;
  @IsOptional() @IsObject() correction?: { items: string[]; dueDate?: string };
  @IsOptional() @IsIn(['agreed', 'refused']) withdrawal?: 'agreed' | 'refused';
}
