import { isOpen, type Operation, type Placement } from '@lianban/adapter-kit/domain';

/** As the adapters are configured: a call may take 5 s, and a lease is 2 × that and 5 s more. */
export const CALL_TIMEOUT_MS = 5_000;
export const LEASE_MS = 15_000;

/** What the columns of an operation say, to find what is due. */
export interface OpenOperation {
  attempt: number;
  provider: string;
  operation: Operation;
}

export const openOperationsOf = (placements: readonly Placement[]): OpenOperation[] =>
  placements.flatMap(({ attempt, provider, operation }) =>
    isOpen(operation) ? [{ attempt, provider, operation }] : [],
  );

export const isDue = ({ operation: { status, nextAt } }: OpenOperation, now: Date): boolean =>
  ['pending', 'failing', 'unknown'].includes(status) && Date.parse(nextAt) <= now.getTime();

export const isExpired = ({ operation: { status, leaseUntil } }: OpenOperation, now: Date): boolean =>
  status === 'sending' && Date.parse(leaseUntil!) < now.getTime();

/** An operation taken for sending. */
export interface LeasedOperation {
  operation: Operation;
  mayBeInFlight: boolean;
}

/** Leases the operation in hand: the same rules as `CLAIM` of the adapter kit. */
export function lease(placement: Placement, now: Date): LeasedOperation {
  const operation = placement.operation!;
  const until = new Date(now.getTime() + LEASE_MS).toISOString();
  operation.status = 'sending';
  operation.leaseUntil = until;
  if (!operation.outcomeUnknown) operation.inFlightUntil = until;
  const mayBeInFlight = operation.outcomeUnknown && Date.parse(operation.inFlightUntil!) > now.getTime();
  return { operation: structuredClone(operation), mayBeInFlight };
}

/** Perhaps the process that took it sent it and died: `EXPIRE` of the adapter kit. */
export function expireLease({ operation }: Placement, now: Date): void {
  Object.assign(operation!, { status: 'unknown', outcomeUnknown: true, nextAt: now.toISOString() });
}
