import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';

export const REPORTING = [
  'normal',
  'twice',
  'out-of-order',
  'late',
  'wrong-schema',
  'never',
  'in-reply',
] as const;
export type Reporting = (typeof REPORTING)[number];

/** `refuse`: at once, in the answer. `return`: taken, then refused by a report (退件). `accept`: and no word after that. */
export const OUTCOMES = [
  'complete',
  'accept',
  'partly-complete',
  'refuse',
  'return',
  'fail',
  'ask-correction',
  'hold',
  'in-reply-complete',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const MAX_MS = 3_600_000;

/** Faults to set; what is left out stays as it was, and null goes back to normal. */
export class FaultsForm {
  /** Every connection is destroyed, and no report is posted until it is up again. */
  @IsOptional() @IsBoolean() down?: boolean | null;
  /** It answers so late, after having taken the operation. */
  @IsOptional() @IsInt() @Min(0) @Max(MAX_MS) delayMs?: number | null;
  /** It takes the operation so late: until then a look-up finds nothing. */
  @IsOptional() @IsInt() @Min(0) @Max(MAX_MS) takeAfterMs?: number | null;
  /** It answers with this status and takes nothing; look-ups fail too. */
  @IsOptional() @IsInt() @Min(500) @Max(599) failWith?: number | null;
  /** How many times; without end where not given. */
  @IsOptional() @IsInt() @Min(1) failTimes?: number | null;
  /** How many operations it takes and then hangs up; true: each. */
  @IsOptional()
  @ValidateIf(({ loseAnswers }: FaultsForm) => loseAnswers !== true)
  @IsInt()
  @Min(1)
  loseAnswers?: number | true | null;
  /** Does a repeated operation id have no second effect? As the catalogue's row says where not given. */
  @IsOptional() @IsBoolean() dedupe?: boolean | null;
  @IsOptional() @IsIn(REPORTING) reports?: Reporting | null;
  /** For `late`: how long after its time a report is posted. */
  @IsOptional() @IsInt() @Min(0) @Max(MAX_MS) lateMs?: number | null;
  /** What becomes of placements taken from now on. */
  @IsOptional() @IsIn(OUTCOMES) outcome?: Outcome | null;
  /** A reason of the catalogue for that outcome, or for refusing a withdrawal. */
  @IsOptional() @IsString() reason?: string | null;
  /** What a correction asks for: codes of materials. */
  @IsOptional() @IsArray() @ArrayNotEmpty() @IsString({ each: true }) items?: string[] | null;
  @IsOptional() @IsBoolean() refuseWithdrawals?: boolean | null;
  @IsOptional() @IsInt() @Min(0) @Max(MAX_MS) stageMs?: number | null;
  /** How long its tokens are accepted, whatever it says of them (`gas-rest`). */
  @IsOptional() @IsInt() @Min(0) @Max(MAX_MS) tokenMs?: number | null;
  /** No byte of a file finds room; the file itself is made (`heat-sftp`). */
  @IsOptional() @IsBoolean() diskFull?: boolean | null;
  /** No file may be written, renamed or removed (`heat-sftp`). */
  @IsOptional() @IsBoolean() readOnly?: boolean | null;
  /** A connection ends when so many bytes of files have gone over it (`heat-sftp`). */
  @IsOptional() @IsInt() @Min(0) cutAfterBytes?: number | null;
}
