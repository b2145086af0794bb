import type {
  JobDocument,
  Delivery,
  DeadlineOutcome,
  Holder,
  JobState,
  OpenCorrection,
  OperationKind,
  StageReached,
  Utility,
  Withdrawal,
} from '@lianban/contracts';
import type { SlaClock } from './sla-clock.js';

/** One utility's part of a request: what is wanted of it, what its adapter reported last, and its deadlines. */
export interface RoutedJob extends SlaClock {
  utility: Utility;
  provider: string;
  attempt: number;
  /** Version and digest of the desired state that was published last. */
  desiredVersion: number;
  desiredDigest: string;
  /** Why it is wanted no more; null while it is wanted. */
  cancelReason: string | null;
  cancelledByApplicant: boolean;
  /** Version of the last report of the newest attempt; 0 before the first. */
  progressVersion: number;
  state: JobState;
  /** Since when it is in that state. */
  stateSince: string;
  reason: string | null;
  holder: Holder | null;
  /** By when the holder must act; provisional where the catalogue counted it in a year that is not announced yet. */
  holderDeadline: string | null;
  holderDeadlineProvisional: boolean;
  delivered: boolean;
  accepted: boolean;
  operationKind: OperationKind;
  operationDelivery: Delivery;
  operationSince: string;
  reference: string | null;
  documents: JobDocument[];
  stages: StageReached[];
  correction: OpenCorrection | null;
  /** Corrections that intake takes no answer to any more. */
  closedCorrections: string[];
  withdrawal: Withdrawal;
  withdrawalReason: string | null;
  /** Working days promised; null where the catalogue did not say. */
  limitDays: number | null;
  /** The deadline of which its holder was reminded. */
  remindedOf: string | null;
  /** The deadline that passed, and what became of it. */
  missedDeadline: string | null;
  deadlineOutcome: DeadlineOutcome | null;
  reroutedFor: string | null;
}

/** Somebody else than the provider has the ball. */
export const isOnHold = ({ state }: Pick<RoutedJob, 'state'>): boolean =>
  state === 'waiting' || state === 'held';
