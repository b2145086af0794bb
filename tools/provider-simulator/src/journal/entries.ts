import type { Known } from '../placements/books.js';
import type { Placement, Script } from '../placements/placement.js';
import type { Operation, Verdict } from '../operations/operation.js';
import type { Letter } from '../reports/report.js';
import type { TextMessage } from '../sms/texts.js';

/** What came of posting a report; `kept-back` where the orders were not to. */
export type Fate = 'received' | 'given-up' | 'kept-back';

export interface Totals {
  /** Operations with different ids. */
  operations: number;
  /** How many times something was really done. */
  effects: number;
  /** Effects beyond the first of an operation, and placements beyond the first of their name. */
  doubledEffects: number;
  reportsSent: number;
  reportsGivenUp: number;
}

export interface Taken {
  entry: 'taken';
  at: string;
  operation: Operation;
  digest: string;
  verdict: Verdict;
  script: Script;
}

export interface Reported {
  entry: 'reported';
  provider: string;
  placement: string;
  letter: Letter;
  /** The operation in whose answer it is told, instead of being posted. */
  inReplyTo?: string;
  /** Told out of its time: changes nothing in the picture. */
  isOld?: boolean;
}

export interface Posted {
  entry: 'posted';
  provider: string;
  placement: string;
  letter: string;
  fate: Fate;
}

/** What a line of the journal may say: something that happened, or a piece of the summary it begins with. */
export type Entry =
  | Taken
  | Reported
  | Posted
  | { entry: 'texted'; text: TextMessage }
  | { entry: 'placement'; placement: Placement }
  | { entry: 'known'; known: Known }
  | { entry: 'totals'; totals: Totals };
