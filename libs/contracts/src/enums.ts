export const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;
export type Utility = (typeof UTILITIES)[number];

/** States of a job, after TMF641. */
/** What a provider's document is about. */
export const DOCUMENT_KINDS = ['plan', 'fee', 'contract', 'other'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

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

export const TERMINAL_STATES = ['completed', 'partly-completed', 'refused', 'failed', 'cancelled'] as const;
export type TerminalState = (typeof TERMINAL_STATES)[number];
export const isTerminal = (state: JobState): state is TerminalState =>
  (TERMINAL_STATES as readonly string[]).includes(state);

export const OPERATION_KINDS = ['place', 'correct', 'withdraw'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Delivery of an operation. `failing`: retried; `unknown`: looked up; `parked`: a person must look. */
export const DELIVERIES = ['pending', 'delivered', 'failing', 'unknown', 'parked'] as const;
export type Delivery = (typeof DELIVERIES)[number];

export const WITHDRAWALS = ['none', 'asked', 'agreed', 'refused'] as const;
export type Withdrawal = (typeof WITHDRAWALS)[number];

/** Who must act now. */
export const HOLDERS = ['hall', 'provider', 'applicant', 'authority', 'contractor'] as const;
export type Holder = (typeof HOLDERS)[number];

export const PHASES = ['registered', 'dispatched', 'under-way', 'ended'] as const;
export type Phase = (typeof PHASES)[number];
export type Outcome = TerminalState;
export type Attention = 'none' | Holder;

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The outcome of a missed deadline: the job is cancelled, an owner must look, or it is only late. */
export const DEADLINE_OUTCOMES = ['auto-cancelled', 'escalated', 'overdue'] as const;
export type DeadlineOutcome = (typeof DEADLINE_OUTCOMES)[number];

/** What somebody must be told; the end of a job is named after its state. */
export const FACT_KINDS = [
  'registered',
  'accepted',
  'correction',
  'action',
  'reminder',
  'withdrawal-refused',
  'rerouted',
  'promise-moved',
  ...TERMINAL_STATES,
  'ended',
] as const;
export type FactKind = (typeof FACT_KINDS)[number];
