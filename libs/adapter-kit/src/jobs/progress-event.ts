import { JobProgressed, type Delivery, type OperationStatus, type Utility } from '@lianban/contracts';
import { newestOf, type Job, type Operation, type OperationStatus as Status } from './job.js';

/** What the public side may know of a job: its newest attempt speaks for it. */
export function toProgressEvent(file: Job, utility: Utility): JobProgressed {
  const placement = newestOf(file);
  return Object.assign(new JobProgressed(), {
    requestId: file.requestId,
    utility,
    attempt: placement.attempt,
    version: file.version,
    provider: placement.provider,
    reference: placement.reference ?? undefined,
    operation: toOperationStatus(placement.operation, placement.since),
    delivered: file.delivered,
    accepted: file.accepted,
    state: placement.state,
    since: placement.since,
    reason: placement.reason ?? undefined,
    holder: placement.holder ?? undefined,
    holderDeadline: placement.dueDate ?? undefined,
    holderDeadlineProvisional: placement.dueDateProvisional || undefined,
    correction: placement.correction ?? undefined,
    withdrawal: placement.withdrawal,
    withdrawalReason: placement.withdrawalReason ?? undefined,
    stages: placement.stages,
    facts: file.facts,
  });
}

/** Is a job just as everybody takes it to be before the first word about it: placed, and being told to its provider? */
export function isInitial(file: Job): boolean {
  const { attempt, state, withdrawal, operation } = newestOf(file);
  return (
    attempt === 1 &&
    state === 'placed' &&
    withdrawal === 'none' &&
    !file.delivered &&
    (operation?.status === 'pending' || operation?.status === 'sending')
  );
}

const DELIVERY: Record<Status, Delivery> = {
  pending: 'pending',
  sending: 'pending',
  failing: 'failing',
  unknown: 'unknown',
  parked: 'parked',
  delivered: 'delivered',
  refused: 'delivered',
  dropped: 'pending',
};

function toOperationStatus(operation: Operation | null, since: string): OperationStatus {
  if (!operation) return { kind: 'place', delivery: 'pending', since };
  return { kind: operation.kind, delivery: DELIVERY[operation.status], since: operation.since };
}
