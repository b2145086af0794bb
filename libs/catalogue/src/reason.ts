import { HOLDERS, type Holder } from '@lianban/contracts';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsInt, Matches, Min, ValidateIf } from 'class-validator';
import { MayBeAbsent, Nested } from './constraints.js';
import { Text } from './text.js';

/** What a reason may explain. `withdrawal`: why a job is wanted no more; `withdrawal-refused`: why it goes on all the same. */
export const REASON_KINDS = [
  'waiting',
  'held',
  'refused',
  'failed',
  'cancelled',
  'withdrawal',
  'withdrawal-refused',
] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

/** Reasons that services give themselves; a catalogue without one of them is invalid. */
export const HOUSE_REASONS = [
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
  @Nested(() => Text) name!: Text;
  /** Who has the ball where the provider does not say; a job that waits or is held always has one. */
  @ValidateIf(({ kinds, holder }: Reason) => holder !== undefined || stops(kinds))
  @IsIn(HOLDERS)
  holder?: Holder;
  /** Working days the holder has; otherwise the part's `correctionDays` or `holdDays`. */
  @MayBeAbsent() @IsInt() @Min(1) dueDays?: number;
  @MayBeAbsent() @Nested(() => Text) legalBasis?: Text;
}

const stops = (kinds: unknown) =>
  Array.isArray(kinds) && (kinds.includes('waiting') || kinds.includes('held'));
