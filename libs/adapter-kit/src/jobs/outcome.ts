import type { OperationKind } from '@lianban/contracts';
import type { JobReport } from './job-report.js';

/** What came of one call. `not-sent`: the provider cannot have it; `unknown`: perhaps it has; `absent`: it surely has not. */
export type Outcome =
  | { kind: 'taken'; reference?: string; report?: JobReport }
  | { kind: 'refused'; reason: string; providerMessage?: string }
  | { kind: 'not-sent' | 'unknown'; error: string; countsAsTry: boolean }
  | { kind: 'absent' };

export type Taken = Extract<Outcome, { kind: 'taken' }>;
export type Refused = Extract<Outcome, { kind: 'refused' }>;
export type Failed = Extract<Outcome, { kind: 'not-sent' | 'unknown' }>;

/** What the refusal of an operation must explain. */
export const REFUSED: Record<OperationKind, Pick<JobReport, 'state' | 'withdrawal'>> = {
  place: { state: 'refused' },
  correct: {},
  withdraw: { withdrawal: 'refused' },
};
