/** What can happen in the simulation; each is one step of it. */
export type StepKind =
  // the world
  | 'wait'
  | 'go-away'
  | 'come-back'
  | 'crash'
  // people
  | 'register'
  | 'amend'
  | 'withdraw'
  | 'answer'
  | 'reroute'
  | 'retry'
  | 'give-up'
  // the system
  | 'relay'
  | 'deliver'
  | 'check-deadlines'
  | 'close'
  | 'lease'
  | 'expire'
  | 'time-out'
  | 'record-outcome'
  | 'report'
  // providers
  | 'arrive'
  | 'work'
  | 'finish';

export const FAULTS = [
  'killed-before-commit',
  'killed-after-commit',
  'acknowledgement-lost',
  'shuffled',
  'no-connection',
  'answer-lost',
  'frozen',
] as const;
export type Fault = (typeof FAULTS)[number];

/** One event of a run. What it chooses inside comes from `roll` alone, so that it means the same where others are left out. */
export interface Step {
  does: StepKind;
  /** Numbers of the requests concerned; none where it concerns the world. */
  of: readonly number[];
  /** The service, utility or provider it is about. */
  at?: string;
  roll: number;
  fault?: Fault;
  /** How long to wait, milliseconds. */
  ms?: number;
}

/** A step in one line, for whoever reads a failing schedule. */
export const lineOf = ({ does, of, at, roll, fault, ms }: Step): string =>
  [does, ...of.map((q) => `#${q}`), at && `at ${at}`, ms && `${ms} ms`, fault && `(${fault})`, `roll ${roll}`]
    .filter(Boolean)
    .join(' ');
