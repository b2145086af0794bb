/** The words of the trade that services exchange. Code identifiers are English; `domain.md` 6 has the Chinese. */
export const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;
export type Utility = (typeof UTILITIES)[number];

/** States of a job, in the words of TMF641 where it has one. */
export const JOB_STATES = [
  'placed',
  'accepted',
  'in-progress',
  'waiting',
  'held',
  'completed',
  'partly-completed',
  'refused',
  'failed',
  'cancelled',
] as const;
export type JobState = (typeof JOB_STATES)[number];

export const END_STATES = ['completed', 'partly-completed', 'refused', 'failed', 'cancelled'] as const;
export type EndState = (typeof END_STATES)[number];
export const isEnd = (state: JobState): state is EndState =>
  (END_STATES as readonly string[]).includes(state);

export const OPERATION_KINDS = ['place', 'correct', 'withdraw'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** How an operation stands with the provider. `failing`: retried; `unknown`: looked up; `parked`: a person must look. */
export const DELIVERIES = ['pending', 'delivered', 'failing', 'unknown', 'parked'] as const;
export type Delivery = (typeof DELIVERIES)[number];

export const WITHDRAWALS = ['none', 'asked', 'agreed', 'refused'] as const;
export type Withdrawal = (typeof WITHDRAWALS)[number];

/** Who has the ball now. */
export const HOLDERS = ['hall', 'provider', 'applicant', 'authority', 'contractor'] as const;
export type Holder = (typeof HOLDERS)[number];

export const PHASES = ['registered', 'dispatched', 'under-way', 'ended'] as const;
export type Phase = (typeof PHASES)[number];
export type Outcome = EndState;
export type Attention = 'none' | Holder;

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
