import type {
  Fact,
  Holder,
  JobState,
  JobDesired,
  OpenCorrection,
  OperationKind,
  StageReached,
  Withdrawal,
} from '@lianban/contracts';

/** How an operation stands inside the adapter; the public `delivery` is derived from it. */
export type OperationStatus =
  'pending' | 'sending' | 'failing' | 'unknown' | 'parked' | 'delivered' | 'refused' | 'dropped';

/** What a provider is told; it follows what is wanted until it is first sent, and never changes after that. */
export interface OperationBody {
  operation: string;
  kind: OperationKind;
  placement: string;
  requestId: string;
  utility: string;
  provider: string;
  attempt: number;
  version: number;
  promisedDate: string;
  dossier: JobDesired['dossier'];
  reason?: string;
}

/** One thing a provider is told about a job; its id is the idempotency key. */
export interface Operation {
  id: string;
  requestId: string;
  attempt: number;
  /** The order within its placement. */
  seq: number;
  provider: string;
  kind: OperationKind;
  /** The wanted version it carries. */
  version: number;
  body: OperationBody;
  status: OperationStatus;
  /** Might the provider have taken it without our knowing? Then its body is never changed again. */
  outcomeUnknown: boolean;
  /** Since when it stands so. */
  since: string;
  tries: number;
  nextAt: string;
  leaseUntil: string | null;
  /** Until then the last sending may still reach the provider: "absent" is not to be believed. */
  inFlightUntil: string | null;
  /** Who must look at it, where it is parked. */
  owner: string | null;
  /** What the provider or the socket said last; stays here. */
  lastError: string | null;
}

/** A job at one provider: what is wanted of it there, what it was told, and what it said. */
export interface Placement {
  requestId: string;
  attempt: number;
  provider: string;
  desired: JobDesired;
  /** The wanted version the provider has taken, and a digest of what it then knew. */
  ackedVersion: number | null;
  ackedDigest: string | null;
  /** A version it refused for good: not derived again. */
  refusedVersion: number | null;
  superseded: boolean;
  state: JobState;
  highestState: JobState;
  since: string;
  reason: string | null;
  /** The provider's own sentence, kept beside the code; it stays in this schema. */
  providerMessage: string | null;
  holder: Holder | null;
  dueDate: string | null;
  /** Was it counted by the catalogue, in a year whose holidays are not announced yet? */
  dueDateProvisional: boolean;
  /** What is still open of the correction asked for. */
  correction: OpenCorrection | null;
  /** All that it asked for; null while nothing is asked. */
  askedItems: string[] | null;
  reference: string | null;
  /** Another number the provider gave for the same placement: it did it twice. */
  secondReference: string | null;
  withdrawal: Withdrawal;
  withdrawalReason: string | null;
  /** The wish to withdraw that it refused for good: not derived again. */
  refusedCancelReason: string | null;
  /** Id of the operation that the provider refused last. */
  refusedWithdrawal: string | null;
  stages: StageReached[];
  lastSequence: number | null;
  lastReportAt: string | null;
  /** Had that time not come yet when it was reported? */
  isLastReportAhead: boolean;
  /** Changes that were reported and applied in the hour that began then. */
  changes: number;
  changesSince: string | null;
  /** More came in that hour: when it is over, the newest of them is applied. */
  deferredUntil: string | null;
  claimedBy: string | null;
  /** The operation in hand, else the last one. */
  operation: Operation | null;
  /** Operations that gave way to the one in hand since the file was opened. */
  closed: Operation[];
}

/** What went otherwise than it should: what was done twice or too late, and what a provider said that nobody knows. */
export type FindingKind =
  | 'superseded-completed'
  | 'superseded-withdrawal-refused'
  | 'second-reference'
  | 'unknown-stage'
  | 'unknown-reason'
  | 'unknown-holder'
  | 'unknown-item'
  | 'due-date-out-of-range'
  | 'wrong-clock'
  | 'sequence-backwards'
  | 'too-many-reports';

/** Something that went otherwise than it should, and who must look. */
export interface Finding {
  id: string;
  requestId: string;
  attempt: number;
  provider: string;
  kind: FindingKind;
  owner: string;
  at: string;
}

/** Everything an adapter knows about one job, attempts in order. */
export interface Job {
  requestId: string;
  /** Version of what was last published. */
  version: number;
  /** Was any placement ever delivered, accepted? Facts that a re-route does not undo. */
  delivered: boolean;
  accepted: boolean;
  /** What the applicant must be told of the job, since its first placement. */
  facts: Fact[];
  placements: Placement[];
  findings: Finding[];
}

export const placementName = (requestId: string, utility: string, attempt: number): string =>
  `${requestId}:${utility}:${attempt}`;

export const newestOf = ({ placements }: Job): Placement => placements.at(-1)!;

export const isOpen = (operation: Operation | null): operation is Operation =>
  operation !== null && ['pending', 'sending', 'failing', 'unknown', 'parked'].includes(operation.status);
