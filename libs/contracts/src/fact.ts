import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsOptional, IsString, ValidateNested } from 'class-validator';
import { IsDay, IsInstant } from './times.js';
import {
  FACT_KINDS,
  TERMINAL_STATES,
  UTILITIES,
  type FactKind,
  type Outcome,
  type Utility,
} from './enums.js';

/** A part whose promised date moved, and the new date. */
export class MovedPromise {
  @IsIn(UTILITIES) utility!: Utility;
  @IsDay() date!: string;
}

/**
 * Something that somebody must be told once. Every later snapshot of its request contains it, so no lost or repeated snapshot
 * loses or repeats a fact.
 */
export class Fact {
  /** Unique within the request, for ever. */
  @IsString() id!: string;
  @IsIn(FACT_KINDS) kind!: FactKind;
  /** When it became known. */
  @IsInstant() at!: string;
  @IsOptional() @IsIn(UTILITIES) utility?: Utility;
  @IsOptional() @IsString() provider?: string;
  /** A catalogue code. */
  @IsOptional() @IsString() reason?: string;
  /** By when the applicant must act. */
  @IsOptional() @IsDay() date?: string;
  /** The date is provisional: the holidays of its year are not announced yet. */
  @IsOptional() @IsBoolean() provisional?: boolean;
  /** What a correction asks for. */
  @IsOptional() @IsArray() @IsString({ each: true }) items?: string[];
  @IsOptional() @IsIn(TERMINAL_STATES) outcome?: Outcome;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => MovedPromise) moved?: MovedPromise[];
}
