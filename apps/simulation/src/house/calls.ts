import type { Outcome } from '@lianban/adapter-kit/pure';
import { CALL_TIMEOUT, type Claimed } from './claims.js';

/** One call of a provider: the message on its way, and the process that waits for its answer. */
export interface Call {
  claimed: Claimed;
  /** Does it only ask what became of the operation? */
  isQuestion: boolean;
  sentAt: number;
  /** Has the message still to arrive? */
  onItsWay: boolean;
  /** Is there a process that waits for it? */
  isAwaited: boolean;
  outcome?: Outcome;
  /** Did the provider as a whole give no answer? */
  away?: boolean;
}

export const isLate = ({ onItsWay, isAwaited, outcome, sentAt }: Call, now: Date): boolean =>
  onItsWay && isAwaited && !outcome && now.getTime() > sentAt + CALL_TIMEOUT;

/** Is the lease over under which it was sent, so that only a process or a network that stood still can go on with it? */
export const isPastLease = ({ claimed }: Call, now: Date): boolean =>
  now.getTime() > Date.parse(claimed.operation.leaseUntil!);

export const unknown = (said: string): Outcome => ({ kind: 'unknown', said, spend: true });
export const notSent = (said: string): Outcome => ({ kind: 'not-sent', said, spend: true });
