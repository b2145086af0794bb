import { isTerminal, type JobDesired, type OperationKind } from '@lianban/contracts';
import { dossierDigest, type Context } from './context.js';
import { isOpen, placementName, type Operation, type OperationBody, type Placement } from './job.js';

/**
 * Compares what is wanted of a placement with what its provider has been told, and derives the next operation, if any.
 * One at a time: while one is in hand nothing is derived.
 */
export function deriveOperation(placement: Placement, context: Context): void {
  resolveSuperseded(placement, context);
  if (isOpen(placement.operation)) return followDesired(placement.operation, placement);
  const kind = nextKind(placement);
  if (kind === 'end') return cancelUnsent(placement, context);
  if (!kind) return;
  if (placement.operation) placement.closed.push(placement.operation);
  placement.operation = operationOf(placement, kind, context);
  parkWithoutProvider(placement.operation, context);
  if (kind === 'withdraw') Object.assign(placement, { withdrawal: 'asked', withdrawalReason: null });
}

/** Why the provider shall let the job go; undefined while it is wanted there, or where it refused for just that reason. */
function withdrawalDue(placement: Placement): string | undefined {
  if (!isCancelled(placement)) return undefined;
  const why = cancelReasonOf(placement);
  return placement.withdrawal === 'refused' && placement.refusedCancelReason === why ? undefined : why;
}

export const cancelReasonOf = ({ desired }: Placement): string => desired.withdrawnFor ?? 'rerouted';

export const isCancelled = ({ desired, superseded }: Placement): boolean =>
  superseded || desired.withdrawnFor !== undefined;

/** An operation that newer wishes have overtaken: never sent, it is dropped; perhaps sent, it is settled first. */
function resolveSuperseded(placement: Placement, { now }: Context): void {
  const { operation } = placement;
  if (!isOpen(operation) || operation.status === 'sending') return;
  if (!operation.outcomeUnknown && isTerminal(placement.state)) return dropAtEnd(placement, operation, now);
  const isLeft = withdrawalDue(placement) !== undefined && operation.kind !== 'withdraw';
  const isOvertaken = isLeft || placement.desired.version > operation.version;
  if (operation.status === 'parked' && isOvertaken)
    unpark(operation, operation.outcomeUnknown ? 'unknown' : 'dropped', now);
  else if (!operation.outcomeUnknown && isLeft) setStatus(operation, 'dropped', now);
}

/** The job is over, so nobody need be told; a withdrawal that was never sent came too late. */
function dropAtEnd(placement: Placement, operation: Operation, now: Date): void {
  setStatus(operation, 'dropped', now);
  operation.owner = null;
  if (placement.withdrawal !== 'asked') return;
  placement.withdrawal = placement.state === 'cancelled' ? 'agreed' : 'refused';
  placement.refusedWithdrawal = placement.state === 'cancelled' ? null : operation.id;
  placement.withdrawalReason = placement.state === 'cancelled' ? null : 'withdrawal-too-late';
}

/** What was surely never sent says what is wanted now. */
function followDesired(operation: Operation, { desired }: Placement): void {
  const isUnsent = !operation.outcomeUnknown && ['pending', 'failing'].includes(operation.status);
  if (!isUnsent || operation.version === desired.version) return;
  operation.version = desired.version;
  operation.body = toOperationBody(operation, desired);
}

function unpark(operation: Operation, status: 'unknown' | 'dropped', now: Date): void {
  setStatus(operation, status, now);
  Object.assign(operation, { tries: 0, nextAt: now.toISOString(), owner: null });
}

function nextKind(placement: Placement): OperationKind | 'end' | undefined {
  if (isTerminal(placement.state)) return undefined;
  if (placement.ackedVersion === null) return isCancelled(placement) ? 'end' : 'place';
  if (placement.withdrawal === 'asked' && placement.operation?.status !== 'dropped') return undefined;
  if (withdrawalDue(placement)) return 'withdraw';
  if (placement.superseded || (placement.refusedVersion ?? 0) >= placement.desired.version) return undefined;
  return dossierDigest(placement.desired.dossier) === placement.ackedDigest ? undefined : 'correct';
}

function cancelUnsent(placement: Placement, { now }: Context): void {
  placement.state = 'cancelled';
  placement.since = now.toISOString();
  placement.reason = cancelReasonOf(placement);
  placement.withdrawal = 'agreed';
  clearHold(placement);
}

function operationOf(placement: Placement, kind: OperationKind, { now, newId }: Context): Operation {
  const { requestId, attempt, provider, desired } = placement;
  const named = { id: newId(), requestId, attempt, provider, kind };
  return {
    ...named,
    seq: (placement.operation?.seq ?? 0) + 1,
    version: desired.version,
    body: toOperationBody(named, desired),
    status: 'pending',
    outcomeUnknown: false,
    since: now.toISOString(),
    tries: 0,
    nextAt: now.toISOString(),
    leaseUntil: null,
    inFlightUntil: null,
    owner: null,
    lastError: null,
  };
}

/** Of a provider that is no row of this utility nobody would ever be told: an operator must look. */
export function parkWithoutProvider(operation: Operation, { catalogue, now }: Context): void {
  const { provider, body } = operation;
  if (catalogue.provider(provider)?.utility === body.utility) return;
  setStatus(operation, 'parked', now);
  Object.assign(operation, {
    owner: 'operator',
    lastError: `the catalogue has no provider ${provider} of ${body.utility}`,
  });
}

type Named = Pick<Operation, 'id' | 'requestId' | 'attempt' | 'provider' | 'kind'>;
type Carried = Pick<JobDesired, 'utility' | 'version' | 'promisedDate' | 'withdrawnFor' | 'dossier'>;

/** What the provider is told: the operation, and what is wanted of the job in the version that it carries. */
export function toOperationBody(
  { id, requestId, attempt, provider, kind }: Named,
  wanted: Carried,
): OperationBody {
  const { utility, version, promisedDate, dossier, withdrawnFor } = wanted;
  const told = { operation: id, kind, placement: placementName(requestId, utility, attempt), requestId };
  const reason = kind === 'withdraw' && { reason: withdrawnFor ?? 'rerouted' };
  return { ...told, utility, provider, attempt, version, promisedDate, ...reason, dossier };
}

export function setStatus(operation: Operation, status: Operation['status'], now: Date): void {
  if (operation.status === status) return;
  operation.status = status;
  operation.since = now.toISOString();
}

/** Nobody holds the job any more. */
export function clearHold(placement: Placement): void {
  placement.holder = null;
  placement.dueDate = null;
  placement.dueDateProvisional = false;
  placement.correction = null;
  placement.askedItems = null;
}
