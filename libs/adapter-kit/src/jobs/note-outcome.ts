import { isTerminal, type OperationKind } from '@lianban/contracts';
import { cutText } from '@lianban/service-kit';
import { digestOf, type Context } from './context.js';
import {
  clearStop,
  deriveOperation,
  isUnwanted,
  parkForNobody,
  stand,
  unwantedFor,
} from './derive-operation.js';
import { find } from './findings.js';
import type { JobFile, Operation, Placement } from './job-file.js';
import type { JobReport } from './job-report.js';
import { isReasonFor } from './known-codes.js';
import { applyReport, noteReference, refuseWithdrawal } from './note-report.js';

/** What came of one call. `not-sent`: the provider cannot have it; `unknown`: perhaps it has; `absent`: it surely has not. */
export type Outcome =
  | { kind: 'taken'; reference?: string; report?: JobReport }
  | { kind: 'refused'; reason: string; words?: string }
  | { kind: 'not-sent' | 'unknown'; said: string; spend: boolean }
  | { kind: 'absent' };

export interface Patience {
  /** Calls before a person must look. */
  budget: number;
  /** Milliseconds to wait after so many calls. */
  delayAfter(attempts: number): number;
}

/** Notes what came of an operation's call and derives what is next. */
export function noteOutcome(
  file: JobFile,
  operationId: string,
  outcome: Outcome,
  patience: Patience,
  context: Context,
): void {
  const placement = file.placements.find(({ operation }) => operation?.id === operationId);
  const operation = placement?.operation;
  if (!placement || !operation || operation.status !== 'sending') return;
  if (outcome.kind === 'taken') noteTaken(file, placement, operation, outcome, context);
  else if (outcome.kind === 'refused') noteRefused(file, placement, operation, outcome, context);
  else if (outcome.kind === 'absent') noteAbsent(operation, context);
  else noteFailure(operation, outcome, patience, context);
  deriveOperation(placement, context);
}

function noteTaken(
  file: JobFile,
  placement: Placement,
  operation: Operation,
  { reference, report }: Extract<Outcome, { kind: 'taken' }>,
  context: Context,
): void {
  stand(operation, 'delivered', context.now);
  file.delivered = true;
  placement.toldVersion = operation.version;
  if (operation.kind !== 'withdraw') placement.toldDigest = digestOf(operation.body.dossier);
  if (reference) noteReference(file, placement, reference, context);
  if (report) applyReport(file, placement, report, context);
}

/** What the refusal of an operation must explain. */
const REFUSED: Record<OperationKind, Pick<JobReport, 'state' | 'withdrawal'>> = {
  place: { state: 'refused' },
  correct: {},
  withdraw: { withdrawal: 'refused' },
};

function noteRefused(
  file: JobFile,
  placement: Placement,
  operation: Operation,
  { reason, words }: Extract<Outcome, { kind: 'refused' }>,
  context: Context,
): void {
  stand(operation, 'refused', context.now);
  file.delivered = true;
  placement.words = words ?? null;
  const isKnown = isReasonFor(reason, REFUSED[operation.kind], context.catalogue);
  if (reason && !isKnown) find(file, placement, 'unknown-reason', context);
  const known = isKnown ? reason : null;
  if (operation.kind === 'withdraw') return refuseWithdrawal(file, placement, known, context);
  placement.refusedVersion = operation.version;
  if (operation.kind === 'place') noteNotPlaced(placement, operation, known, context);
}

/** What is wanted no more and was refused has come to the same end. */
function noteNotPlaced(
  placement: Placement,
  { version }: Operation,
  reason: string | null,
  { now }: Context,
): void {
  placement.toldVersion = version;
  if (isTerminal(placement.state)) return;
  const isLeft = isUnwanted(placement);
  Object.assign(placement, isLeft && { withdrawal: 'agreed' });
  placement.state = isLeft ? 'cancelled' : 'refused';
  placement.reason = isLeft ? unwantedFor(placement) : reason;
  placement.since = now.toISOString();
  clearStop(placement);
}

/** Surely not there: it is as if it had never been sent, and goes out as it is wanted now. */
function noteAbsent(operation: Operation, { now }: Context): void {
  Object.assign(operation, { status: 'failing', doubted: false, nextAt: now.toISOString() });
}

function noteFailure(
  operation: Operation,
  { kind, said, spend }: Extract<Outcome, { kind: 'not-sent' | 'unknown' }>,
  { budget, delayAfter }: Patience,
  { now }: Context,
): void {
  const failedBefore = operation.said !== null;
  operation.said = cutText(said, 500);
  operation.doubted ||= kind === 'unknown';
  if (spend) operation.attempts += 1;
  operation.nextAt = new Date(now.getTime() + delayAfter(operation.attempts)).toISOString();
  if (operation.attempts >= budget) {
    stand(operation, 'parked', now);
    operation.owner = 'operator';
    return;
  }
  const status = operation.doubted ? 'unknown' : 'failing';
  if (failedBefore) operation.status = status;
  else stand(operation, status, now);
}

/** A person's word on a parked operation: try again now. Answers false where it is not parked. */
export function retryOperation(file: JobFile, operationId: string, context: Context): boolean {
  const { now } = context;
  const operation = file.placements
    .map(({ operation }) => operation)
    .find((each) => each?.id === operationId);
  if (operation?.status !== 'parked') return false;
  stand(operation, operation.doubted ? 'unknown' : 'pending', now);
  Object.assign(operation, { attempts: 0, nextAt: now.toISOString(), owner: null });
  parkForNobody(operation, context);
  return true;
}

/** A person's word on a parked operation: it will not be done. The placement ends as failed where it had not ended. */
export function giveUpOperation(file: JobFile, operationId: string, context: Context): boolean {
  const placement = file.placements.find(({ operation }) => operation?.id === operationId);
  if (!placement || placement.operation?.status !== 'parked') return false;
  stand(placement.operation, 'dropped', context.now);
  if (isTerminal(placement.state)) return true;
  placement.state = 'failed';
  placement.reason = 'given-up';
  placement.since = context.now.toISOString();
  clearStop(placement);
  return true;
}
