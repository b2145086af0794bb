import type { Delivery, Holder, JobState, OperationKind, Utility, Withdrawal } from './enums.js';

/** An event of a request that its publisher has not got rid of. */
export interface UnsentMessage {
  topic: string;
  type: string;
  since: Date;
  /** Readers that have not got it. */
  readers: string[];
}

/** A message of a request that a service could not handle. */
export interface ParkedOfRequest {
  id: string;
  topic: string;
  type: string | null;
  reason: string;
  /** The rule that was broken, or the name of the error. */
  detail: string;
  since: Date;
  attempts: number;
  /** Null: it is not tried again by itself. */
  nextRetryAt: Date | null;
}

/** Messages of a request that wait in a service; the oldest 50 of each kind. */
export interface MessagesOfRequest {
  unsent: UnsentMessage[];
  parked: ParkedOfRequest[];
}

/** What intake has of a request. */
export interface RequestAtIntake extends MessagesOfRequest {
  requestId: string;
  receiptNumber: string;
  hall: string;
  registeredAt: Date;
  version: number;
  contactVersion: number;
  /** The status it read last; null before the first. */
  statusVersion: number | null;
}

/** A job as routing follows it. */
export interface JobAtRouting {
  utility: Utility;
  provider: string;
  attempt: number;
  desiredVersion: number;
  /** The progress it read last; 0 before the first. */
  progressVersion: number;
  state: JobState;
  since: Date;
  reason: string | null;
  holder: Holder | null;
  holderDeadline: string | null;
  promisedDate: string;
  operation: OperationKind;
  delivery: Delivery;
  deliverySince: Date;
  reference: string | null;
  cancelReason: string | null;
  missedDeadline: string | null;
}

/** What routing has of a request. */
export interface RequestAtRouting extends MessagesOfRequest {
  /** Of the status it published last; 0 before the first. */
  version: number;
  dossierVersion: number;
  endedAt: Date | null;
  jobs: JobAtRouting[];
}

/** An operation as its adapter has it. */
export interface OperationAtAdapter {
  id: string;
  kind: OperationKind;
  status: string;
  since: Date;
  tries: number;
  /** Null where it is not tried again. */
  nextTryAt: Date | null;
  owner: string | null;
  lastError: string | null;
}

/** An attempt of a job as its adapter has it. */
export interface PlacementAtAdapter {
  attempt: number;
  provider: string;
  desiredVersion: number;
  /** Of the progress that was published last; 0 before the first. */
  progressVersion: number;
  superseded: boolean;
  state: JobState;
  since: Date;
  reason: string | null;
  holder: Holder | null;
  holderDeadline: string | null;
  reference: string | null;
  withdrawal: Withdrawal;
  operations: OperationAtAdapter[];
  /** What went otherwise than it should and is not closed. */
  findings: string[];
  /** The provider does not answer anybody; null while it does. */
  providerAway: { since: Date | null; leftAloneUntil: Date | null; failures: number } | null;
}

/** What an adapter has of a request. */
export interface RequestAtAdapter extends MessagesOfRequest {
  placements: PlacementAtAdapter[];
}

/** What tracking shows of a request. */
export interface RequestAtTracking extends MessagesOfRequest {
  requestId: string;
  /** Of the status that is shown; 0 before the first. */
  version: number;
  ended: boolean;
}

/** A text message about a request. */
export interface TextOfRequest {
  id: string;
  kinds: string[];
  state: string;
  since: Date;
  attempts: number;
  nextAttemptAt: Date | null;
  reason: string | null;
}

/** What notification has of a request. */
export interface RequestAtNotification extends MessagesOfRequest {
  /** The status and the contact it read last; null before the first. */
  statusVersion: number | null;
  contactVersion: number | null;
  texts: TextOfRequest[];
}
