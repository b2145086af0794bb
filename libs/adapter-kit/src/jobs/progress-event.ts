import { createHash } from 'node:crypto';
import { JobProgressed, type Delivery, type OperationStatus } from '@lianban/contracts';
import type { Job } from './job.js';
import type { Operation, OperationStatus as Status } from './operation.js';

/** What the public side may know of a job: its newest attempt speaks for it. */
export function toProgressEvent(job: Job): JobProgressed {
  const placement = job.newest();
  return Object.assign(new JobProgressed(), {
    requestId: job.requestId,
    utility: job.utility,
    attempt: placement.attempt,
    version: job.version,
    provider: placement.provider,
    reference: placement.reference ?? undefined,
    operation: toOperationStatus(placement.operation, placement.since),
    delivered: job.isDelivered(),
    accepted: job.isAccepted(),
    state: placement.state,
    since: placement.since,
    reason: placement.reason ?? undefined,
    holder: placement.holder ?? undefined,
    holderDeadline: placement.holderDeadline ?? undefined,
    holderDeadlineProvisional: placement.holderDeadlineProvisional || undefined,
    correction: placement.correction ?? undefined,
    withdrawal: placement.withdrawal,
    withdrawalReason: placement.withdrawalReason ?? undefined,
    stages: placement.stages,
    documents: placement.documents.length > 0 ? placement.documents : undefined,
    facts: job.facts,
  });
}

/** The next version of the progress, where it differs from what was published last. */
export function nextProgressEvent(job: Job): JobProgressed | undefined {
  if (job.placements.length === 0 || (job.version === 0 && isInitial(job))) return undefined;
  const { version: _, ...content } = toProgressEvent(job);
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
  if (digest === job.publishedDigest) return undefined;
  job.publishedDigest = digest;
  job.version += 1;
  return toProgressEvent(job);
}

/** Is a job just as everybody takes it to be before its first progress: placed, and being told to its provider? */
function isInitial(job: Job): boolean {
  const { attempt, state, withdrawal, operation } = job.newest();
  return (
    attempt === 1 &&
    state === 'placed' &&
    withdrawal === 'none' &&
    !job.isDelivered() &&
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
  return { kind: operation.kind, delivery: toDelivery(operation), since: operation.since };
}

/** What has failed stays so while it is tried again. */
function toDelivery({ status, lastError, outcomeUnknown }: Operation): Delivery {
  const isRetried = status === 'sending' && (outcomeUnknown || lastError !== null);
  return DELIVERY[isRetried ? (outcomeUnknown ? 'unknown' : 'failing') : status];
}
