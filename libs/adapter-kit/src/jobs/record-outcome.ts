import { isTerminal, type OperationKind } from '@lianban/contracts';
import { cutText } from '@lianban/service-kit';
import { dossierDigest, type Context } from './context.js';
import {
  clearHold,
  deriveOperation,
  isCancelled,
  parkWithoutProvider,
  setStatus,
  cancelReasonOf,
} from './derive-operation.js';
import { recordFinding } from './findings.js';
import type { Job, Operation, Placement } from './job.js';
import type { JobReport } from './job-report.js';
import { isReasonFor } from './known-codes.js';
import { applyReport, recordReference, refuseWithdrawal } from './apply-report.js';

/** What came of one call. `not-sent`: the provider cannot have it; `unknown`: perhaps it has; `absent`: it surely has not. */
export type Outcome =
  | { kind: 'taken'; reference?: string; report?: JobReport }
  | { kind: 'refused'; reason: string; providerMessage?: string }
  | { kind: 'not-sent' | 'unknown'; error: string; countsAsTry: boolean }
  | { kind: 'absent' };

export interface RetryPolicy {
  /** Calls before a person must look. */
  maxTries: number;
  /** Milliseconds to wait after so many calls. */
  delayAfterMs(attempts: number): number;
}

/** Notes what came of an operation's call and derives what is next. */
export function recordOutcome(
  file: Job,
  operationId: string,
  outcome: Outcome,
  patience: RetryPolicy,
  context: Context,
): void {
  const placement = file.placements.find(({ operation }) => operation?.id === operationId);
  const operation = placement?.operation;
  if (!placement || !operation || operation.status !== 'sending') return;
  if (outcome.kind === 'taken') recordAccepted(file, placement, operation, outcome, context);
  else if (outcome.kind === 'refused') recordRefused(file, placement, operation, outcome, context);
  else if (outcome.kind === 'absent') recordAbsent(operation, context);
  else recordFailure(operation, outcome, patience, context);
  deriveOperation(placement, context);
}

function recordAccepted(
  file: Job,
  placement: Placement,
  operation: Operation,
  { reference, report }: Extract<Outcome, { kind: 'taken' }>,
  context: Context,
): void {
  setStatus(operation, 'delivered', context.now);
  file.delivered = true;
  placement.ackedVersion = operation.version;
  if (operation.kind !== 'withdraw') placement.ackedDigest = dossierDigest(operation.body.dossier);
  if (reference) recordReference(file, placement, reference, context);
  if (report) applyReport(file, placement, report, context);
}

/** What the refusal of an operation must explain. */
const REFUSED: Record<OperationKind, Pick<JobReport, 'state' | 'withdrawal'>> = {
  place: { state: 'refused' },
  correct: {},
  withdraw: { withdrawal: 'refused' },
};

function recordRefused(
  file: Job,
  placement: Placement,
  operation: Operation,
  { reason, providerMessage }: Extract<Outcome, { kind: 'refused' }>,
  context: Context,
): void {
  setStatus(operation, 'refused', context.now);
  file.delivered = true;
  placement.providerMessage = providerMessage ?? null;
  const isKnown = isReasonFor(reason, REFUSED[operation.kind], context.catalogue);
  if (reason && !isKnown) recordFinding(file, placement, 'unknown-reason', context);
  const known = isKnown ? reason : null;
  if (operation.kind === 'withdraw') return refuseWithdrawal(file, placement, known, context);
  placement.refusedVersion = operation.version;
  if (operation.kind === 'place') recordNotPlaced(placement, operation, known, context);
}

/** What is wanted no more and was refused has come to the same end. */
function recordNotPlaced(
  placement: Placement,
  { version }: Operation,
  reason: string | null,
  { now }: Context,
): void {
  placement.ackedVersion = version;
  if (isTerminal(placement.state)) return;
  const isLeft = isCancelled(placement);
  Object.assign(placement, isLeft && { withdrawal: 'agreed' });
  placement.state = isLeft ? 'cancelled' : 'refused';
  placement.reason = isLeft ? cancelReasonOf(placement) : reason;
  placement.since = now.toISOString();
  clearHold(placement);
}

/** Surely not there: it is as if it had never been sent, and goes out as it is wanted now. */
function recordAbsent(operation: Operation, { now }: Context): void {
  Object.assign(operation, { status: 'failing', outcomeUnknown: false, nextAt: now.toISOString() });
}

function recordFailure(
  operation: Operation,
  { kind, error, countsAsTry }: Extract<Outcome, { kind: 'not-sent' | 'unknown' }>,
  { maxTries, delayAfterMs }: RetryPolicy,
  { now }: Context,
): void {
  const failedBefore = operation.lastError !== null;
  operation.lastError = cutText(error, 500);
  operation.outcomeUnknown ||= kind === 'unknown';
  if (countsAsTry) operation.tries += 1;
  operation.nextAt = new Date(now.getTime() + delayAfterMs(operation.tries)).toISOString();
  if (operation.tries >= maxTries) {
    setStatus(operation, 'parked', now);
    operation.owner = 'operator';
    return;
  }
  const status = operation.outcomeUnknown ? 'unknown' : 'failing';
  if (failedBefore) operation.status = status;
  else setStatus(operation, status, now);
}

/** A person's word on a parked operation: try again now. Answers false where it is not parked. */
export function retryOperation(file: Job, operationId: string, context: Context): boolean {
  const { now } = context;
  const operation = file.placements
    .map(({ operation }) => operation)
    .find((each) => each?.id === operationId);
  if (operation?.status !== 'parked') return false;
  setStatus(operation, operation.outcomeUnknown ? 'unknown' : 'pending', now);
  Object.assign(operation, { tries: 0, nextAt: now.toISOString(), owner: null });
  parkWithoutProvider(operation, context);
  return true;
}

/** A person's word on a parked operation: it will not be done. The placement ends as failed where it had not ended. */
export function giveUpOperation(file: Job, operationId: string, context: Context): boolean {
  const placement = file.placements.find(({ operation }) => operation?.id === operationId);
  if (!placement || placement.operation?.status !== 'parked') return false;
  setStatus(placement.operation, 'dropped', context.now);
  if (isTerminal(placement.state)) return true;
  placement.state = 'failed';
  placement.reason = 'given-up';
  placement.since = context.now.toISOString();
  clearHold(placement);
  return true;
}
