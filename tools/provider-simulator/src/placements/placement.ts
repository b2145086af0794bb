import {
  isTerminal,
  type JobDossier,
  type JobState,
  type OperationKind,
  type Utility,
} from '@lianban/contracts';
import type { Operation } from '../operations/operation.js';
import type { Outcome } from '../orders/orders.forms.js';
import type { Letter, Report } from '../reports/report.js';

/** What was ordered of the provider when it took the placement; kept, so that a restart changes no play. */
export interface Script {
  outcome: Outcome;
  reason?: string;
  items?: string[];
}

/** A job as the provider has it in its own books. */
export interface Placement extends Script {
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
  operations: { operation: string; kind: OperationKind; at: string }[];
  state: JobState;
  stages: string[];
  withdrawal: 'none' | 'asked' | 'agreed' | 'refused';
  withdrawnFor?: string;
  /** How many answers the dossier had when a correction was asked for. */
  answersWhenAsked?: number;
  wasHeld: boolean;
  sequence: number;
  /** Reports not yet posted. */
  letters: Letter[];
}

export function newPlacement(operation: Operation, script: Script): Placement {
  const { provider, placement, requestId, utility, attempt, version } = operation;
  const { promisedDate, dossier, callback } = operation;
  const identity = { provider, placement, requestId, utility, attempt };
  const books = { references: [], operations: [], stages: [], letters: [], wasHeld: false, sequence: 0 };
  const picture = { version, promisedDate, dossier, callback };
  return { ...identity, ...picture, ...script, ...books, state: 'placed', withdrawal: 'none' };
}

/** Takes an operation into the picture. */
export function tell(placement: Placement, told: Operation, at: string) {
  const { operation, kind, version, promisedDate, dossier, callback } = told;
  placement.operations.push({ operation, kind, at });
  Object.assign(placement, { version, promisedDate, dossier, callback });
  if (kind === 'withdraw') Object.assign(placement, { withdrawal: 'asked', withdrawnFor: told.reason });
}

/** Brings the picture to where the report says it is. */
export function advance(placement: Placement, { sequence, state, stage, withdrawal }: Report) {
  placement.sequence = sequence;
  if (stage) placement.stages.push(stage);
  if (withdrawal) placement.withdrawal = withdrawal;
  if (!state || isTerminal(placement.state)) return;
  placement.state = state;
  if (state === 'waiting') placement.answersWhenAsked = placement.dossier.answers.length;
  if (state === 'held') placement.wasHeld = true;
}

/** Nothing more will come of it by itself. */
export const isOver = ({ state, outcome }: Placement) =>
  isTerminal(state) || (outcome === 'accept' && state === 'accepted');

export const isAnswered = ({ dossier, answersWhenAsked = 0 }: Placement) =>
  dossier.answers.length > answersWhenAsked;
