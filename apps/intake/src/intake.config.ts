import { ArrayNotEmpty, IsArray, IsInt, Matches, Min } from 'class-validator';
import { Secret } from '@lianban/service-kit';

const rule = { each: true, message: 'must be <version>:<secret of 32 characters or more>, the newest last' };

export class IntakeConfig {
  /** Secrets that query codes are derived from, `1:<secret>,2:<secret>`; new codes come from the last. */
  @Secret()
  @IsArray()
  @ArrayNotEmpty()
  @Matches(/^[1-9]\d*:\S{32,}$/, rule)
  queryCodeSecret!: string[];

  /** Interval of closing overdue corrections. */
  @IsInt() @Min(10) correctionCheckMs: number = 30_000;
}
