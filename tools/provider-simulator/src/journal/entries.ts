import type { KnownOperation } from '../placements/provider-state.js';
import type { Placement, Scenario } from '../placements/placement.js';
import type { Operation, Verdict } from '../operations/operation.js';
import type { PendingReport } from '../reports/report.js';
import type { Listener } from '../tmf641/listener.js';
import type { TextMessage } from '../sms/texts.js';

/** The outcome of posting a report; `kept-back` where the faults say so. */
export type PostOutcome = 'received' | 'given-up' | 'kept-back';

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

export interface OperationAccepted {
  entry: 'taken';
  at: string;
  operation: Operation;
  digest: string;
  verdict: Verdict;
  scenario: Scenario;
}

export interface ReportWritten {
  entry: 'reported';
  provider: string;
  placement: string;
  pendingReport: PendingReport;
  /** The operation whose answer carries it, instead of a post of its own. */
  inReplyTo?: string;
  /** Out of sequence: does not change the placement. */
  isOld?: boolean;
}

export interface ReportPosted {
  entry: 'posted';
  provider: string;
  placement: string;
  pendingReport: string;
  outcome: PostOutcome;
}

/** One of several orders of a placement is to be let go. */
export interface SecondCancelled {
  entry: 'second-cancelled';
  at: string;
  provider: string;
  placement: string;
  reference: string;
  operation: string;
  isRefused: boolean;
}

/** What a line of the journal may say: something that happened, or a piece of the summary it begins with. */
export type Entry =
  | OperationAccepted
  | ReportWritten
  | ReportPosted
  | SecondCancelled
  | { entry: 'listener'; listener: Listener }
  | { entry: 'listener-gone'; id: string }
  | { entry: 'texted'; text: TextMessage }
  | { entry: 'placement'; placement: Placement }
  | { entry: 'known'; known: KnownOperation }
  | { entry: 'totals'; totals: Totals };
