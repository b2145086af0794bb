import { isTerminal, openItems, type JobDesired } from '@lianban/contracts';
import type { Context } from './context.js';
import { clearStop, deriveOperation } from './derive-operation.js';
import type { JobFile, Placement } from './job-file.js';

/** Takes in what routing wants of a job now; an older or equal wish changes nothing. */
export function takeWish(file: JobFile, wanted: JobDesired, context: Context): void {
  const newest = file.placements.at(-1);
  if (newest && isOlder(wanted, newest.wanted)) return;
  if (!newest || wanted.attempt > newest.attempt) return openPlacement(file, wanted, context);
  newest.wanted = wanted;
  takeAnswer(newest, context);
  deriveOperation(newest, context);
  if (wanted.withdrawnFor) passOn(file, wanted, context);
}

const isOlder = (a: JobDesired, b: JobDesired): boolean =>
  a.attempt < b.attempt || (a.attempt === b.attempt && a.version <= b.version);

/** A withdrawal reaches every attempt that has not ended, and wakes what is parked there. */
function passOn(file: JobFile, { version, withdrawnFor }: JobDesired, context: Context): void {
  for (const older of file.placements.filter(({ superseded, state }) => superseded && !isTerminal(state))) {
    older.wanted = { ...older.wanted, version, withdrawnFor };
    deriveOperation(older, context);
  }
}

/** A re-route: the new provider is told at once, the old one is withdrawn on its own. A job that ended stays ended. */
function openPlacement(file: JobFile, wanted: JobDesired, context: Context): void {
  const previous = file.placements.at(-1);
  const placement = placementOf(wanted, context);
  file.placements.push(placement);
  if (previous && isTerminal(previous.state)) return inherit(placement, previous);
  if (previous) {
    previous.superseded = true;
    previous.wanted = { ...previous.wanted, version: wanted.version };
    deriveOperation(previous, context);
  }
  deriveOperation(placement, context);
  if (wanted.withdrawnFor) passOn(file, wanted, context);
}

function inherit(placement: Placement, ended: Placement): void {
  const { state, furthest, since, reason, reference, stages, provider, withdrawal, withdrawalReason } = ended;
  const end = { state, furthest, since, reason, reference, stages, provider, withdrawal, withdrawalReason };
  Object.assign(placement, end);
}

function placementOf(wanted: JobDesired, { now }: Context): Placement {
  return {
    requestId: wanted.requestId,
    attempt: wanted.attempt,
    provider: wanted.provider,
    wanted,
    toldVersion: null,
    toldDigest: null,
    refusedVersion: null,
    superseded: false,
    state: 'placed',
    furthest: 'placed',
    since: now.toISOString(),
    reason: null,
    words: null,
    holder: null,
    dueDate: null,
    dueDateProvisional: false,
    correction: null,
    askedItems: null,
    reference: null,
    secondReference: null,
    withdrawal: 'none',
    withdrawalReason: null,
    withdrawalRefusedFor: null,
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
function takeAnswer(placement: Placement, { now }: Context): void {
  const { correction, wanted, state } = placement;
  if (!correction) return;
  const open = openItems(correction, wanted.dossier.answers);
  if (open.length > 0) {
    placement.correction = { ...correction, items: open };
    return;
  }
  clearStop(placement);
  if (state !== 'waiting') return;
  placement.state = placement.furthest;
  placement.since = now.toISOString();
  placement.reason = null;
}
