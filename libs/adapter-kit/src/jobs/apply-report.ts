import { highestAfter, isTerminal, canTransition, type JobState } from '@lianban/contracts';
import { dueDateOf, type Context } from './context.js';
import { clearHold, deriveOperation, isCancelled, cancelReasonOf } from './derive-operation.js';
import { recordFinding } from './findings.js';
import type { Job, Placement } from './job.js';
import type { JobReport } from './job-report.js';
import { isHolder, knownPart } from './known-codes.js';
import { countChange, defer, isBeyondLimit } from './report-limit.js';

/** Why a report was kept and not applied. */
export type NotApplied = 'older' | 'not-allowed' | 'ended' | 'too-many';

/** Applies a report to the attempt it is about, and derives what follows. Answers why it was only kept. */
export function handleReport(
  file: Job,
  attempt: number,
  report: JobReport,
  context: Context,
): NotApplied | undefined {
  const placement = file.placements.find((each) => each.attempt === attempt)!;
  const why = applyReport(file, placement, report, context);
  if (!why) deriveOperation(placement, context);
  return why;
}

/**
 * Applies it to its placement. Of one older than the last applied that told a state only what lasts is heard: the end of the
 * job, and the answer to a withdrawal, which a provider may give after that end and we may hear before it. What tells no state
 * makes no state old.
 */
export function applyReport(
  file: Job,
  placement: Placement,
  whole: JobReport,
  context: Context,
): NotApplied | undefined {
  if (whole.reference) recordReference(file, placement, whole.reference, context);
  const isLate = isOlder(placement, whole, context);
  if (isLate && isCountedBackwards(placement, whole))
    recordFinding(file, placement, 'sequence-backwards', context);
  const heard = isLate ? lastingPart(whole) : whole;
  if (!heard) return 'older';
  const { report, findings } = knownPart(heard, placement, context);
  findings.forEach((kind) => recordFinding(file, placement, kind, context));
  const withdrawal = answerIn(report, placement);
  if (isTerminal(placement.state) && withdrawal !== 'refused') return isLate ? 'older' : 'ended';
  const state = withdrawal === 'agreed' ? 'cancelled' : report.state;
  if (!isAllowed(placement, state, withdrawal)) return isLate ? 'older' : 'not-allowed';
  if (!withdrawal && state && !isTerminal(state) && isNews(placement, report)) {
    if (isBeyondLimit(placement, context)) return defer(file, placement, context);
    countChange(placement, context);
  }
  if (!isLate && state) {
    placement.lastSequence = report.sequence ?? placement.lastSequence;
    placement.lastReportAt = report.at;
    placement.isLastReportAhead = isAhead(report, context);
    if (placement.isLastReportAhead) recordFinding(file, placement, 'wrong-clock', context);
  }
  reachStage(placement, report, context);
  if (withdrawal === 'refused')
    refuseWithdrawal(file, placement, knownReason(report.reason, context), context);
  else if (withdrawal) placement.withdrawal = withdrawal;
  if (state && !isTerminal(placement.state))
    enter(file, placement, state, { ...report, reason: reasonOf(placement, withdrawal, report) }, context);
  return undefined;
}

/** Would it show something else than before? */
function isNews(placement: Placement, { state, reason, holder, dueDate, correction }: JobReport): boolean {
  if (state !== placement.state || (reason && reason !== placement.reason)) return true;
  if (!isOnHold(state)) return false;
  const named = correction?.dueDate ?? dueDate;
  const isHeldElsewhere = state === 'held' && holder && holder !== placement.holder;
  const asksElse = correction && !isAskedAgain(placement, correction.items);
  return Boolean(isHeldElsewhere || asksElse || (named && named !== placement.dueDate));
}

/** The hour is over: of the reports that were kept in it the newest is applied, where nothing newer was. */
export function catchUp(file: Job, attempt: number, kept: readonly JobReport[], context: Context): void {
  const placement = file.placements.find((each) => each.attempt === attempt)!;
  placement.deferredUntil = null;
  const newest = kept.reduce<JobReport | undefined>(
    (newest, each) => (newest && !isNewer(each, newest) ? newest : each),
    undefined,
  );
  if (newest) handleReport(file, attempt, newest, context);
}

const isNewer = (one: JobReport, other: JobReport): boolean =>
  one.sequence !== undefined && other.sequence !== undefined
    ? one.sequence > other.sequence
    : Date.parse(one.at) >= Date.parse(other.at);

function lastingPart(report: JobReport): JobReport | undefined {
  const { state, withdrawal, at, reason } = report;
  if (withdrawal === 'agreed' || (state && isTerminal(state))) return report;
  return withdrawal === 'refused' ? { at, withdrawal, reason } : undefined;
}

/** A job that the provider cancels while it is asked to let it go, it lets go. */
const answerIn = ({ withdrawal, state }: JobReport, placement: Placement): 'agreed' | 'refused' | undefined =>
  withdrawal ?? (state === 'cancelled' && placement.withdrawal === 'asked' ? 'agreed' : undefined);

/** Only what was asked can be refused; a job that has ended hears that answer and nothing else. */
function isAllowed(
  { state: from, highestState, withdrawal }: Placement,
  to?: JobState,
  answer?: 'agreed' | 'refused',
): boolean {
  if (answer === 'refused' && withdrawal !== 'asked') return false;
  return !to || isTerminal(from) || to === from || canTransition(from, to, highestState);
}

/** A provider that did one placement twice gives itself away by a second number. */
export function recordReference(file: Job, placement: Placement, reference: string, context: Context): void {
  placement.reference ??= reference;
  if (placement.reference === reference || placement.secondReference) return;
  placement.secondReference = reference;
  recordFinding(file, placement, 'second-reference', context);
}

const AHEAD_MS = 60 * 60_000;

/** Does it say a time that has not come yet? Then the provider's clock is wrong. */
const isAhead = ({ at }: JobReport, { now }: Context): boolean => Date.parse(at) > now.getTime() + AHEAD_MS;

/**
 * The provider's own sequence decides, else its time. A time that had not come yet makes only others like it old: once the
 * clock is right again, what it says counts.
 */
function isOlder(placement: Placement, report: JobReport, context: Context): boolean {
  const { lastSequence, lastReportAt, isLastReportAhead } = placement;
  if (report.sequence !== undefined && lastSequence !== null) return report.sequence <= lastSequence;
  if (lastReportAt === null || (isLastReportAhead && !isAhead(report, context))) return false;
  return Date.parse(report.at) < Date.parse(lastReportAt);
}

/** A later time with a lower number: the provider has lost count, and what it reports from now on would not be applied. */
const isCountedBackwards = ({ lastSequence, lastReportAt }: Placement, { sequence, at, state }: JobReport) =>
  state !== undefined &&
  sequence !== undefined &&
  sequence < lastSequence! &&
  Date.parse(at) > Date.parse(lastReportAt!);

function reachStage(placement: Placement, { stage, at }: JobReport, { now }: Context): void {
  if (!stage || placement.stages.some((reached) => reached.stage === stage)) return;
  const reachedAt = new Date(Math.min(Date.parse(at), now.getTime()));
  placement.stages = [...placement.stages, { stage, at: reachedAt.toISOString() }];
}

function enter(file: Job, placement: Placement, state: JobState, report: JobReport, context: Context): void {
  const isSame = state === placement.state;
  if (!isSame) placement.since = context.now.toISOString();
  const { correction, askedItems } = placement;
  placement.state = state;
  placement.highestState = highestAfter(placement.highestState, state);
  if (placement.highestState !== 'placed' || isDone(state)) file.accepted = true;
  placement.reason = knownReason(report.reason, context) ?? (isSame ? placement.reason : null);
  placement.providerMessage = report.text ?? null;
  clearHold(placement);
  if (isOnHold(state)) enterHold(placement, report, context);
  if (placement.state === 'waiting') askFor(placement, report, { correction, askedItems }, context);
  if (isDone(state) && placement.superseded) recordFinding(file, placement, 'superseded-completed', context);
}

const isDone = (state: JobState): boolean => state === 'completed' || state === 'partly-completed';

const isOnHold = (state?: JobState): boolean => state === 'waiting' || state === 'held';

/** A word that is no code of ours stays among the provider's words. */
function knownReason(reason: string | undefined, { catalogue }: Context): string | null {
  return reason && catalogue.reason(reason) ? reason : null;
}

function enterHold(placement: Placement, report: JobReport, context: Context): void {
  placement.reason ??= placement.state === 'waiting' ? 'material-missing' : 'expert-review';
  const usual = context.catalogue.reason(placement.reason)?.holder ?? 'provider';
  const named = report.holder && isHolder(report.holder) ? report.holder : usual;
  placement.holder = placement.state === 'waiting' ? 'applicant' : named;
  setDueDate(placement, report.correction?.dueDate ?? report.dueDate, context);
}

type Asked = Pick<Placement, 'correction' | 'askedItems'>;

/** Asked again for the same, it is the same correction: answers given, or on their way, still fit. */
function askFor(placement: Placement, report: JobReport, before: Asked, context: Context): void {
  const { dueDate, reason } = placement;
  if (!dueDate) return;
  const named = report.correction?.items ?? [];
  const items = named.length > 0 ? named : [reason!];
  const { correction: asked, askedItems } = before;
  const isAgain = asked && isAskedAgain(before, items);
  placement.askedItems = isAgain ? askedItems : items;
  placement.correction = isAgain
    ? { ...asked, deadline: dueDate }
    : {
        id: context.newId(),
        items,
        deadline: dueDate,
        ...(asked && { replaces: [...(asked.replaces ?? []), asked.id] }),
      };
}

const isAskedAgain = ({ correction, askedItems }: Asked, items: readonly string[]): boolean =>
  correction !== null && [askedItems ?? [], correction.items].some((each) => isSameItems(each, items));

const isSameItems = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join() === others.toSorted().join();

function setDueDate(placement: Placement, given: string | undefined, context: Context): void {
  const due = given
    ? { date: given, provisional: false }
    : dueDateOf(placement.desired, placement.reason, context);
  placement.dueDate = due?.date ?? null;
  placement.dueDateProvisional = due?.provisional ?? false;
}

/** What ends a withdrawn job is why it was withdrawn. */
function reasonOf(
  placement: Placement,
  withdrawal: Placement['withdrawal'] | undefined,
  { reason }: JobReport,
): string | undefined {
  return withdrawal === 'agreed' && isCancelled(placement) ? cancelReasonOf(placement) : reason;
}

/** The provider keeps the job: it changes no state, and the same wish is not told again. */
export function refuseWithdrawal(
  file: Job,
  placement: Placement,
  reason: string | null,
  context: Context,
): void {
  const refusedCancelReason = placement.operation?.body.reason ?? cancelReasonOf(placement);
  const refusedWithdrawal = placement.operation?.id ?? null;
  Object.assign(placement, {
    withdrawal: 'refused',
    withdrawalReason: reason,
    refusedCancelReason,
    refusedWithdrawal,
  });
  if (placement.superseded) recordFinding(file, placement, 'superseded-withdrawal-refused', context);
}
