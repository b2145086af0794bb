import { isTerminal, openItems, type JobDesired } from '@lianban/contracts';
import type { Context } from './context.js';
import { clearHold, deriveOperation } from './derive-operation.js';
import type { Job, Placement } from './job.js';

/** Takes in what routing wants of a job now; an older or equal wish changes nothing. */
export function applyDesiredState(file: Job, desired: JobDesired, context: Context): void {
  const newest = file.placements.at(-1);
  if (newest && isOlder(desired, newest.desired)) return;
  if (!newest || desired.attempt > newest.attempt) return startPlacement(file, desired, context);
  newest.desired = desired;
  applyAnswer(newest, context);
  deriveOperation(newest, context);
  if (desired.withdrawnFor) propagateWithdrawal(file, desired, context);
}

const isOlder = (a: JobDesired, b: JobDesired): boolean =>
  a.attempt < b.attempt || (a.attempt === b.attempt && a.version <= b.version);

/** A withdrawal reaches every attempt that has not ended, and wakes what is parked there. */
function propagateWithdrawal(file: Job, { version, withdrawnFor }: JobDesired, context: Context): void {
  for (const older of file.placements.filter(({ superseded, state }) => superseded && !isTerminal(state))) {
    older.desired = { ...older.desired, version, withdrawnFor };
    deriveOperation(older, context);
  }
}

/** A re-route: the new provider is told at once, the old one is withdrawn on its own. A job that ended stays ended. */
function startPlacement(file: Job, desired: JobDesired, context: Context): void {
  const previous = file.placements.at(-1);
  const placement = newPlacement(desired, context);
  file.placements.push(placement);
  if (previous && isTerminal(previous.state)) return copyFinalState(placement, previous);
  if (previous) {
    previous.superseded = true;
    previous.desired = { ...previous.desired, version: desired.version };
    deriveOperation(previous, context);
  }
  deriveOperation(placement, context);
  if (desired.withdrawnFor) propagateWithdrawal(file, desired, context);
}

function copyFinalState(placement: Placement, ended: Placement): void {
  const { state, highestState, since, reason, reference, stages, provider, withdrawal, withdrawalReason } =
    ended;
  const end = {
    state,
    highestState,
    since,
    reason,
    reference,
    stages,
    provider,
    withdrawal,
    withdrawalReason,
  };
  Object.assign(placement, end);
}

function newPlacement(desired: JobDesired, { now }: Context): Placement {
  return {
    requestId: desired.requestId,
    attempt: desired.attempt,
    provider: desired.provider,
    desired,
    ackedVersion: null,
    ackedDigest: null,
    refusedVersion: null,
    superseded: false,
    state: 'placed',
    highestState: 'placed',
    since: now.toISOString(),
    reason: null,
    providerMessage: null,
    holder: null,
    dueDate: null,
    dueDateProvisional: false,
    correction: null,
    askedItems: null,
    reference: null,
    secondReference: null,
    withdrawal: 'none',
    withdrawalReason: null,
    refusedCancelReason: null,
    refusedWithdrawal: null,
    stages: [],
    lastSequence: null,
    lastReportAt: null,
    isLastReportAhead: false,
    changes: 0,
    changesSince: null,
    deferredUntil: null,
    claimedBy: null,
    operation: null,
    closed: [],
  };
}

/** What the applicant has answered is open no more; with the last item the job leaves `waiting`, told to the provider or not. */
function applyAnswer(placement: Placement, { now }: Context): void {
  const { correction, desired, state } = placement;
  if (!correction) return;
  const open = openItems(correction, desired.dossier.answers);
  if (open.length > 0) {
    placement.correction = { ...correction, items: open };
    return;
  }
  clearHold(placement);
  if (state !== 'waiting') return;
  placement.state = placement.highestState;
  placement.since = now.toISOString();
  placement.reason = null;
}
