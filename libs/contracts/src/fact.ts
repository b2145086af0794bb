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

/** A part whose promised date has moved, and the date it is promised for now. */
export class MovedPromise {
  @IsIn(UTILITIES) utility!: Utility;
  @IsDay() date!: string;
}

/**
 * Something that somebody must be told once. It stays in every later snapshot of its request, so that a snapshot that is
 * overtaken or comes again loses nothing and repeats nothing.
 */
export class Fact {
  /** Tells it from every other fact of the same request, for ever. */
  @IsString() id!: string;
  @IsIn(FACT_KINDS) kind!: FactKind;
  /** When it became one. */
  @IsInstant() at!: string;
  @IsOptional() @IsIn(UTILITIES) utility?: Utility;
  @IsOptional() @IsString() provider?: string;
  /** A catalogue code. */
  @IsOptional() @IsString() reason?: string;
  /** By when the applicant must act. */
  @IsOptional() @IsDay() date?: string;
  /** That date rests on a year whose holidays are not announced yet. */
  @IsOptional() @IsBoolean() provisional?: boolean;
  /** What a correction asks for. */
  @IsOptional() @IsArray() @IsString({ each: true }) items?: string[];
  @IsOptional() @IsIn(TERMINAL_STATES) outcome?: Outcome;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => MovedPromise) moved?: MovedPromise[];
}
