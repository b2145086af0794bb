import {
  isTerminal,
  type JobDossier,
  type JobState,
  type OperationKind,
  type Utility,
} from '@lianban/contracts';
import type { Operation } from '../operations/operation.js';
import type { Outcome } from '../faults/faults.forms.js';
import type { PendingReport, Report } from '../reports/report.js';

/** The faults set when the provider took the placement; kept, so that a restart changes nothing. */
export interface Scenario {
  outcome: Outcome;
  reason?: string;
  items?: string[];
}

/** An order beside the first that was to be let go. */
export interface CancelledSecond {
  reference: string;
  operation: string;
  at: string;
  isRefused: boolean;
  /** How often that was asked. */
  asked: number;
}

/** A job as the provider itself has it. */
export interface Placement extends Scenario {
  provider: string;
  placement: string;
  requestId: string;
  utility: Utility;
  attempt: number;
  version: number;
  promisedDate: string;
  dossier: JobDossier;
  callback: string;
  /** More than one: it was placed more than once. */
  references: string[];
  /** Those of them that were to be let go while another is kept. */
  seconds: CancelledSecond[];
  operations: { operation: string; kind: OperationKind; at: string }[];
  state: JobState;
  stages: string[];
  /** When each stage was reached. */
  reachedAt: string[];
  /** The newest report that carries a state: its reason, and what it asks for. */
  standing?: Report;
  withdrawal: 'none' | 'asked' | 'agreed' | 'refused';
  /** The report that answered the last one. */
  withdrawalAnswer?: Report;
  cancelReason?: string;
  /** How many answers the dossier had when a correction was asked for. */
  answersWhenAsked?: number;
  wasHeld: boolean;
  sequence: number;
  /** When anything last happened to it. */
  changedAt: string;
  /** Reports not yet posted. */
  pendingReports: PendingReport[];
}

export function newPlacement(operation: Operation, scenario: Scenario): Placement {
  const { provider, placement, requestId, utility, attempt, version } = operation;
  const { promisedDate, dossier, callback } = operation;
  const identity = { provider, placement, requestId, utility, attempt };
  const history = {
    references: [],
    seconds: [],
    operations: [],
    stages: [],
    reachedAt: [],
    pendingReports: [],
    wasHeld: false,
    sequence: 0,
    changedAt: '',
  };
  const latest = { version, promisedDate, dossier, callback };
  return { ...identity, ...latest, ...scenario, ...history, state: 'placed', withdrawal: 'none' };
}

/** Notes an operation. */
export function applyOperation(
  placement: Placement,
  { operation, kind, reason, ...other }: Operation,
  at: string,
) {
  const { version, promisedDate, dossier, callback } = other;
  placement.operations.push({ operation, kind, at });
  placement.changedAt = at;
  Object.assign(placement, { version, promisedDate, dossier, callback });
  if (kind === 'withdraw') Object.assign(placement, { withdrawal: 'asked', cancelReason: reason });
}

/** Moves the placement to where the report says it is. */
export function applyReport(placement: Placement, report: Report) {
  const { sequence, state, stage, withdrawal, at } = report;
  placement.sequence = sequence;
  if (at > placement.changedAt) placement.changedAt = at;
  if (stage) {
    placement.stages.push(stage);
    placement.reachedAt.push(at);
  }
  if (withdrawal) Object.assign(placement, { withdrawal, withdrawalAnswer: report });
  if (!state || isTerminal(placement.state)) return;
  placement.state = state;
  placement.standing = report;
  if (state === 'waiting') placement.answersWhenAsked = placement.dossier.answers.length;
  if (state === 'held') placement.wasHeld = true;
}

/** No further report will come by itself. */
export const isFinished = ({ state, outcome }: Placement) =>
  isTerminal(state) || (outcome === 'accept' && state === 'accepted');

export const isAnswered = ({ dossier, answersWhenAsked = 0 }: Placement) =>
  dossier.answers.length > answersWhenAsked;

export const secondOf = ({ seconds }: Placement, reference: string): CancelledSecond | undefined =>
  seconds.find((each) => each.reference === reference);

/** The numbers of its orders that were not let go. */
export const keptReferences = (placement: Placement): string[] =>
  placement.references.filter((each) => secondOf(placement, each)?.isRefused !== false);
