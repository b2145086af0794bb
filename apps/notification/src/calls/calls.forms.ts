import { IsIn, IsOptional, Matches } from 'class-validator';

export const CALL_OUTCOMES = ['reached', 'no-answer', 'wrong-number'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** Where the list of calls goes on. */
export class CallsQuery {
  /** The `next` of the page before. */
  @IsOptional() @Matches(/^\d{1,18}$/) after?: string;
}

/** What came of a call. */
export class CallForm {
  /** `no-answer` leaves it on the list. */
  @IsIn(CALL_OUTCOMES) outcome!: CallOutcome;
}

/** A call that was made. */
export interface Call {
  at: string;
  /** Subject of the clerk. */
  by: string;
  outcome: CallOutcome;
}

/** Something to be said to an applicant who cannot be texted. */
export interface CallToMake {
  id: string;
  requestId: string;
  receiptNumber: string;
  phone: string;
  /** What a text would have said, in the applicant's language. */
  text: string;
  since: Date;
  /** Calls made without success. */
  calls: Call[];
}
