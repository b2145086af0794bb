import type { JobDesired, OperationKind } from '@lianban/contracts';
import type { RetryPolicy } from '@lianban/messaging';
import { cutText } from '@lianban/service-kit';
import type { Context } from './context.js';
import type { Failed } from './outcome.js';

/** How an operation stands inside the adapter; the public `delivery` is derived from it. */
export type OperationStatus =
  'pending' | 'sending' | 'failing' | 'unknown' | 'parked' | 'delivered' | 'refused' | 'dropped';

/** What a provider is told; it follows what is wanted until it is first sent, and never changes after that. */
export interface OperationBody {
  operation: string;
  kind: OperationKind;
  placement: string;
  requestId: string;
  utility: string;
  provider: string;
  attempt: number;
  version: number;
  promisedDate: string;
  dossier: JobDesired['dossier'];
  reason?: string;
}

/** One thing a provider is told about a job; its id is the idempotency key. */
export interface Operation {
  id: string;
  requestId: string;
  attempt: number;
  /** The order within its placement. */
  seq: number;
  provider: string;
  kind: OperationKind;
  /** The wanted version it carries. */
  version: number;
  body: OperationBody;
  status: OperationStatus;
  /** Might the provider have taken it without our knowing? Then its body is never changed again. */
  outcomeUnknown: boolean;
  /** Since when it stands so. */
  since: string;
  tries: number;
  nextAt: string;
  leaseUntil: string | null;
  /** Until then the last sending may still reach the provider: "absent" is not to be believed. */
  inFlightUntil: string | null;
  /** Who must look at it, where it is parked. */
  owner: string | null;
  /** What the provider or the socket answered last; stays here. */
  lastError: string | null;
}

/** An operation that this process may send. */
export interface LeasedOperation extends Operation {
  /** Perhaps an earlier sending is still on its way: "absent" is not to be believed. */
  mayBeInFlight: boolean;
}

const placementName = (requestId: string, utility: string, attempt: number): string =>
  `${requestId}:${utility}:${attempt}`;

export const PLACEMENT_NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([a-z]+):(\d{1,4})$/;

/** What a placement's name says, as a provider tells it; undefined where it is none of this utility. */
export function readPlacementName(
  name: string,
  utility: string,
): { requestId: string; attempt: number } | undefined {
  const [, requestId, of, attempt] = PLACEMENT_NAME.exec(name) ?? [];
  return requestId && of === utility ? { requestId, attempt: Number(attempt) } : undefined;
}

export const isOpen = (operation: Operation | null): operation is Operation =>
  operation !== null && ['pending', 'sending', 'failing', 'unknown', 'parked'].includes(operation.status);

export const isDue = ({ status, nextAt }: Operation, now: Date): boolean =>
  ['pending', 'failing', 'unknown'].includes(status) && Date.parse(nextAt) <= now.getTime();

export function setStatus(operation: Operation, status: OperationStatus, now: Date): void {
  if (operation.status === status) return;
  operation.status = status;
  operation.since = now.toISOString();
}

/** Leases it for one sending. */
export function startSending(operation: Operation, now: Date, leaseMs: number): LeasedOperation {
  const mayBeInFlight = operation.outcomeUnknown && Date.parse(operation.inFlightUntil!) > now.getTime();
  const until = new Date(now.getTime() + leaseMs).toISOString();
  operation.status = 'sending';
  operation.leaseUntil = until;
  if (!operation.outcomeUnknown) operation.inFlightUntil = until;
  return { ...operation, mayBeInFlight };
}

export const isLeaseOver = ({ status, leaseUntil }: Operation, now: Date): boolean =>
  status === 'sending' && Date.parse(leaseUntil!) < now.getTime();

/** The process that leased it has died: perhaps it sent it. */
export function expireLease(operation: Operation, now: Date): void {
  Object.assign(operation, { status: 'unknown', outcomeUnknown: true, nextAt: now.toISOString() });
}

/** It starts anew: at once, and as if it had never failed. */
export function restart(operation: Operation, status: OperationStatus, now: Date): void {
  setStatus(operation, status, now);
  Object.assign(operation, { tries: 0, nextAt: now.toISOString(), owner: null, lastError: null });
}

/** It is tried again later, until a person must look. */
export function recordFailure(
  operation: Operation,
  { kind, error, countsAsTry }: Failed,
  { maxTries, delayAfterMs }: RetryPolicy,
  now: Date,
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

/** No provider of the catalogue can be told: an operator must look. */
export function parkWithoutProvider(operation: Operation, { catalogue, now }: Context): void {
  const { provider, body } = operation;
  if (catalogue.provider(provider)?.utility === body.utility) return;
  setStatus(operation, 'parked', now);
  operation.owner = 'operator';
  operation.lastError = `the catalogue has no provider ${provider} of ${body.utility}`;
}

type Named = Pick<Operation, 'id' | 'requestId' | 'attempt' | 'provider' | 'kind'>;
type Carried = Pick<JobDesired, 'utility' | 'version' | 'promisedDate' | 'cancelReason' | 'dossier'>;

export function newOperation(named: Named, seq: number, desired: JobDesired, now: Date): Operation {
  return {
    ...named,
    seq,
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

/** What the provider is told: the operation, and what is wanted of the job in the version that it carries. */
export function toOperationBody(
  { id, requestId, attempt, provider, kind }: Named,
  { utility, version, promisedDate, dossier, cancelReason }: Carried,
): OperationBody {
  const about = { operation: id, kind, placement: placementName(requestId, utility, attempt), requestId };
  const reason = kind === 'withdraw' && { reason: cancelReason ?? 'rerouted' };
  return { ...about, utility, provider, attempt, version, promisedDate, ...reason, dossier };
}
