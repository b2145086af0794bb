import type { LeasedOperation, Outcome } from '@lianban/adapter-kit/domain';

/** As the adapters are configured: a call may take 5 s, and a lease is 2 × that and 5 s more. */
const CALL_TIMEOUT_MS = 5_000;
export const LEASE_MS = 15_000;

/** One call of a provider: the message on its way, and the process that waits for its answer. */
export interface Call {
  leased: LeasedOperation;
  /** Does it only ask what became of the operation? */
  isQuestion: boolean;
  sentAt: number;
  /** A slow network may carry a message for longer than the call may take. */
  arrivesAt: number;
  /** Has the message still to arrive? */
  isInTransit: boolean;
  /** Is there a process that waits for it? */
  isAwaited: boolean;
  outcome?: Outcome;
  /** Did the provider as a whole give no answer? */
  away?: boolean;
}

export const isLate = ({ isInTransit, isAwaited, outcome, sentAt }: Call, now: Date): boolean =>
  isInTransit && isAwaited && !outcome && now.getTime() > sentAt + CALL_TIMEOUT_MS;

/** Has its message come as far as its provider? */
export const hasArrived = ({ isInTransit, arrivesAt }: Call, now: Date): boolean =>
  isInTransit && arrivesAt <= now.getTime();

/** Is the lease over under which it was sent, so that only a process or a network that stood still can go on with it? */
export const isPastLease = ({ leased }: Call, now: Date): boolean =>
  now.getTime() > Date.parse(leased.leaseUntil!);

export const unknown = (error: string): Outcome => ({ kind: 'unknown', error, countsAsTry: true });
export const notSent = (error: string): Outcome => ({ kind: 'not-sent', error, countsAsTry: true });
