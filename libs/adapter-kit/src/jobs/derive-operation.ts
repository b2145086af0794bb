import { isTerminal, type JobDesired, type OperationKind } from '@lianban/contracts';
import { digestOf, type Context } from './context.js';
import { isOpen, placementName, type Operation, type OperationBody, type Placement } from './job-file.js';

/**
 * Compares what is wanted of a placement with what its provider has been told, and derives the next operation, if any
 * (design 3). One at a time: while one is in hand nothing is derived.
 */
export function deriveOperation(placement: Placement, context: Context): void {
  settleObsolete(placement, context);
  if (isOpen(placement.operation)) return followWish(placement.operation, placement);
  const kind = nextKind(placement);
  if (kind === 'end') return endUnsent(placement, context);
  if (!kind) return;
  if (placement.operation) placement.closed.push(placement.operation);
  placement.operation = operationOf(placement, kind, context);
  parkForNobody(placement.operation, context);
  if (kind === 'withdraw') Object.assign(placement, { withdrawal: 'asked', withdrawalReason: null });
}

/** Why the provider shall let the job go; undefined while it is wanted there, or where it refused for just that reason. */
function withdrawalDue(placement: Placement): string | undefined {
  if (!isUnwanted(placement)) return undefined;
  const why = unwantedFor(placement);
  return placement.withdrawal === 'refused' && placement.withdrawalRefusedFor === why ? undefined : why;
}

export const unwantedFor = ({ wanted }: Placement): string => wanted.withdrawnFor ?? 'rerouted';

export const isUnwanted = ({ wanted, superseded }: Placement): boolean =>
  superseded || wanted.withdrawnFor !== undefined;

/** An operation that newer wishes have overtaken: never sent, it is dropped; perhaps sent, it is settled first. */
function settleObsolete(placement: Placement, { now }: Context): void {
  const { operation } = placement;
  if (!isOpen(operation) || operation.status === 'sending') return;
  if (!operation.doubted && isTerminal(placement.state)) return dropAtEnd(placement, operation, now);
  const isLeft = withdrawalDue(placement) !== undefined && operation.kind !== 'withdraw';
  const isOvertaken = isLeft || placement.wanted.version > operation.version;
  if (operation.status === 'parked' && isOvertaken)
    wake(operation, operation.doubted ? 'unknown' : 'dropped', now);
  else if (!operation.doubted && isLeft) stand(operation, 'dropped', now);
}

/** The job is over, so nobody need be told; a withdrawal that was never sent came too late. */
function dropAtEnd(placement: Placement, operation: Operation, now: Date): void {
  stand(operation, 'dropped', now);
  operation.owner = null;
  if (placement.withdrawal !== 'asked') return;
  placement.withdrawal = placement.state === 'cancelled' ? 'agreed' : 'refused';
  placement.refusedWithdrawal = placement.state === 'cancelled' ? null : operation.id;
  placement.withdrawalReason = placement.state === 'cancelled' ? null : 'withdrawal-too-late';
}

/** What was surely never sent says what is wanted now. */
function followWish(operation: Operation, { wanted }: Placement): void {
  const isUnsent = !operation.doubted && ['pending', 'failing'].includes(operation.status);
  if (!isUnsent || operation.version === wanted.version) return;
  operation.version = wanted.version;
  operation.body = toOperationBody(operation, wanted);
}

function wake(operation: Operation, status: 'unknown' | 'dropped', now: Date): void {
  stand(operation, status, now);
  Object.assign(operation, { attempts: 0, nextAt: now.toISOString(), owner: null });
}

function nextKind(placement: Placement): OperationKind | 'end' | undefined {
  if (isTerminal(placement.state)) return undefined;
  if (placement.toldVersion === null) return isUnwanted(placement) ? 'end' : 'place';
  if (placement.withdrawal === 'asked' && placement.operation?.status !== 'dropped') return undefined;
  if (withdrawalDue(placement)) return 'withdraw';
  if (placement.superseded || (placement.refusedVersion ?? 0) >= placement.wanted.version) return undefined;
  return digestOf(placement.wanted.dossier) === placement.toldDigest ? undefined : 'correct';
}

function endUnsent(placement: Placement, { now }: Context): void {
  placement.state = 'cancelled';
  placement.since = now.toISOString();
  placement.reason = unwantedFor(placement);
  placement.withdrawal = 'agreed';
  clearStop(placement);
}

function operationOf(placement: Placement, kind: OperationKind, { now, newId }: Context): Operation {
  const { requestId, attempt, provider, wanted } = placement;
  const named = { id: newId(), requestId, attempt, provider, kind };
  return {
    ...named,
    seq: (placement.operation?.seq ?? 0) + 1,
    version: wanted.version,
    body: toOperationBody(named, wanted),
    status: 'pending',
    doubted: false,
    since: now.toISOString(),
    attempts: 0,
    nextAt: now.toISOString(),
    leaseUntil: null,
    sentUntil: null,
    owner: null,
    said: null,
  };
}

/** Of a provider that is no row of this utility nobody would ever be told: an operator must look. */
export function parkForNobody(operation: Operation, { catalogue, now }: Context): void {
  const { provider, body } = operation;
  if (catalogue.provider(provider)?.utility === body.utility) return;
  stand(operation, 'parked', now);
  Object.assign(operation, {
    owner: 'operator',
    said: `the catalogue has no provider ${provider} of ${body.utility}`,
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

export function stand(operation: Operation, status: Operation['status'], now: Date): void {
  if (operation.status === status) return;
  operation.status = status;
  operation.since = now.toISOString();
}

/** Nobody holds the job any more. */
export function clearStop(placement: Placement): void {
  placement.holder = null;
  placement.dueDate = null;
  placement.dueDateProvisional = false;
  placement.correction = null;
  placement.askedItems = null;
}
