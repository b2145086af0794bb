import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsUUID, Matches } from 'class-validator';

export const CALL_OUTCOMES = ['reached', 'no-answer', 'wrong-number'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

export class CallsQuery {
  /** The `next` of the page before. */
  @IsOptional() @Matches(/^\d{1,18}$/) after?: string;
}

/** The outcome of a call. */
export class CallForm {
  /** `no-answer` leaves it on the list. */
  @IsIn(CALL_OUTCOMES) outcome!: CallOutcome;
  /** Other texts to the same applicant, of the same request, that the call was about too. */
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsUUID('all', { each: true }) together?: string[];
}

/** A call that was made. */
export interface Call {
  at: string;
  /** Subject of the clerk. */
  by: string;
  outcome: CallOutcome;
}

/** A call to an applicant who gets no texts. */
export interface CallToMake {
  id: string;
  requestId: string;
  receiptNumber: string;
  phone: string;
  /** The text message in the applicant's language. */
  text: string;
  since: Date;
  /** Calls made without success. */
  calls: Call[];
}
