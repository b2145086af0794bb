import { HOLDERS, type Holder } from '@lianban/contracts';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsInt, Matches, Min, ValidateIf } from 'class-validator';
import { Optional, NestedObject } from './constraints.js';
import { Text } from './text.js';

/**
 * What a reason explains. `withdrawal`: why a job is withdrawn; `withdrawal-refused`: why it goes on nevertheless; `rerouted`: why its
 * provider gives it to another.
 */
export const REASON_KINDS = [
  'waiting',
  'held',
  'refused',
  'failed',
  'cancelled',
  'withdrawal',
  'withdrawal-refused',
  'rerouted',
] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

/** Reasons that services give themselves; every catalogue must have them. */
export const SYSTEM_REASONS = [
  'lapsed',
  'withdrawn-by-applicant',
  'not-ours',
  'material-missing',
  'rerouted',
  'given-up',
  'provider-silent',
  'withdrawal-too-late',
] as const;

export class Reason {
  @Matches(/^[a-z]+(-[a-z]+)*$/) code!: string;
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @IsIn(REASON_KINDS, { each: true }) kinds!: ReasonKind[];
  @NestedObject(() => Text) name!: Text;
  /** The default holder; required for reasons of `waiting` and `held`. */
  @ValidateIf(({ kinds, holder }: Reason) => holder !== undefined || needsHolder(kinds))
  @IsIn(HOLDERS)
  holder?: Holder;
  /** Working days the holder has; by default the part's `correctionDays` or `holdDays`. */
  @Optional() @IsInt() @Min(1) dueDays?: number;
  @Optional() @NestedObject(() => Text) legalBasis?: Text;
}

const needsHolder = (kinds: unknown) =>
  Array.isArray(kinds) && (kinds.includes('waiting') || kinds.includes('held'));
