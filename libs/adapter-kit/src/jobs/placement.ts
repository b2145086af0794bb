import {
  canTransition,
  highestAfter,
  isTerminal,
  openItems,
  type JobDesired,
  type JobState,
  type OperationKind,
  type JobDocument,
  type StageReached,
  type Withdrawal,
} from '@lianban/contracts';
import type { RetryPolicy } from '@lianban/messaging';
import { dossierDigest, type Context } from './context.js';
import { withDocuments } from './documents.js';
import type { Finding, FindingKind } from './finding.js';
import { holdAfter, isAskedAgain, NO_HOLD, type Hold } from './hold.js';
import type { JobReport } from './job-report.js';
import { isReasonFor, knownPart } from './known-codes.js';
import {
  isOpen,
  newOperation,
  parkWithoutProvider,
  recordFailure,
  restart,
  setStatus,
  toOperationBody,
  type Operation,
} from './operation.js';
import { REFUSED, type Outcome, type Refused, type Taken } from './outcome.js';
import { countChange, hourEnd, isBeyondLimit } from './report-limit.js';
import { isAhead, isCountedBackwards, isOlder, lastingPart, type NotApplied } from './report-order.js';

/** The fields of a placement. */
export type PlacementState = {
  [K in keyof Placement as Placement[K] extends (...args: never[]) => unknown ? never : K]: Placement[K];
};

const isDone = (state: JobState): boolean => state === 'completed' || state === 'partly-completed';
const isOnHold = (state?: JobState): boolean => state === 'waiting' || state === 'held';

/** A job at one provider: what is wanted of it there, what the provider was told, and what it reported. */
export class Placement implements Hold {
  requestId!: string;
  attempt!: number;
  provider!: string;
  desired!: JobDesired;
  /** The wanted version the provider has taken, and a digest of what it then knew. */
  ackedVersion!: number | null;
  ackedDigest!: string | null;
  /** A version it refused for good: not derived again. */
  refusedVersion!: number | null;
  superseded!: boolean;
  state!: JobState;
  highestState!: JobState;
  since!: string;
  reason!: string | null;
  /** The provider's own sentence, kept beside the code; it stays in this schema. */
  providerMessage!: string | null;
  holder!: Hold['holder'];
  holderDeadline!: Hold['holderDeadline'];
  holderDeadlineProvisional!: Hold['holderDeadlineProvisional'];
  correction!: Hold['correction'];
  askedItems!: Hold['askedItems'];
  reference!: string | null;
  /** Another number the provider gave for the same placement: it did it twice. */
  secondReference!: string | null;
  withdrawal!: Withdrawal;
  withdrawalReason!: string | null;
  /** Why it was to be withdrawn when the provider refused for good: not derived again. */
  refusedCancelReason!: string | null;
  /** Id of the operation that the provider refused last. */
  refusedWithdrawal!: string | null;
  stages!: StageReached[];
  documents!: JobDocument[];
  lastSequence!: number | null;
  lastReportAt!: string | null;
  /** Had that time not come yet when it was reported? */
  isLastReportAhead!: boolean;
  /** Changes that were reported and applied in the hour that began then. */
  changes!: number;
  changesSince!: string | null;
  /** More came in that hour: when it is over, the newest of them is applied. */
  deferredUntil!: string | null;
  claimedBy!: string | null;
  /** The operation in hand, else the last one. */
  operation!: Operation | null;
  /** Operations that gave way to the one in hand since it was loaded. */
  closed: Operation[] = [];
  /** What went otherwise than it should since it was loaded. */
  findings: Finding[] = [];

  static from(state: Omit<PlacementState, 'closed' | 'findings'>): Placement {
    return Object.assign(new Placement(), state);
  }

  static start(desired: JobDesired, now: Date): Placement {
    return Placement.from({
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
      ...NO_HOLD,
      reference: null,
      secondReference: null,
      withdrawal: 'none',
      withdrawalReason: null,
      refusedCancelReason: null,
      refusedWithdrawal: null,
      stages: [],
      documents: [],
      lastSequence: null,
      lastReportAt: null,
      isLastReportAhead: false,
      changes: 0,
      changesSince: null,
      deferredUntil: null,
      claimedBy: null,
      operation: null,
    });
  }

  /** Has its provider answered any operation? */
  isDelivered(): boolean {
    return this.ackedVersion !== null;
  }

  isAccepted(): boolean {
    return this.highestState !== 'placed' || isDone(this.state);
  }

  /** Why the provider shall let the job go; undefined while it is wanted there. */
  cancelReason(): string | undefined {
    return this.desired.cancelReason ?? (this.superseded ? 'rerouted' : undefined);
  }

  /** Takes in what is wanted of it now. */
  desire(desired: JobDesired, context: Context): void {
    this.desired = desired;
    this.applyAnswers(context.now);
    this.deriveOperation(context);
  }

  /** Another attempt has taken its place: its provider is to let it go. Officers who gave it back have let it go by that. */
  supersede(version: number, context: Context): void {
    this.superseded = true;
    this.desired = { ...this.desired, version };
    if (this.isGivenBack(context)) this.letGo(context.now);
    this.deriveOperation(context);
  }

  /** Did the officers of a provider without a system say that it is not theirs? */
  private isGivenBack(context: Context): boolean {
    return this.state === 'held' && this.reason === 'not-ours' && this.isOnWorkbench(context);
  }

  /** A job that has ended at another attempt ended here too. */
  copyFinalState(ended: Placement): void {
    const { state, highestState, since, reason, reference, stages, documents, provider } = ended;
    const { withdrawal, withdrawalReason } = ended;
    Object.assign(this, { state, highestState, since, reason, reference, stages, documents, provider });
    Object.assign(this, { withdrawal, withdrawalReason });
  }

  /** What the applicant has answered is open no more; with the last item the job leaves `waiting`, delivered or not. */
  private applyAnswers(now: Date): void {
    const { correction, desired, state } = this;
    if (!correction) return;
    const open = openItems(correction, desired.dossier.answers);
    if (open.length > 0) {
      this.correction = { ...correction, items: open };
      return;
    }
    Object.assign(this, NO_HOLD);
    if (state === 'waiting') this.setState(this.highestState, null, now);
  }

  private setState(state: JobState, reason: string | null, now: Date): void {
    if (state !== this.state) this.since = now.toISOString();
    this.state = state;
    this.reason = reason;
  }

  private end(state: JobState, reason: string | null, now: Date): void {
    this.setState(state, reason, now);
    Object.assign(this, NO_HOLD);
  }

  /**
   * Compares what is wanted with what the provider has been told, and derives the next operation, if any. One at a time:
   * while one is in hand nothing is derived.
   */
  deriveOperation(context: Context): void {
    this.resolveSuperseded(context.now);
    const last = this.operation;
    if (isOpen(this.operation)) return this.followDesired(this.operation);
    const kind = this.nextKind();
    if (kind === 'end') return this.letGo(context.now);
    if (!kind) return;
    const { requestId, attempt, provider, desired } = this;
    if (last) this.closed.push(last);
    const named = { id: context.newId(), requestId, attempt, provider, kind };
    this.operation = newOperation(named, (last?.seq ?? 0) + 1, desired, context.now);
    parkWithoutProvider(this.operation, context);
    if (kind === 'withdraw') Object.assign(this, { withdrawal: 'asked', withdrawalReason: null });
  }

  /** Why it is to be withdrawn and was not refused yet for just that reason. */
  private withdrawalDue(): string | undefined {
    const reason = this.cancelReason();
    return this.withdrawal === 'refused' && this.refusedCancelReason === reason ? undefined : reason;
  }

  /** An operation that is wanted no more: never sent, it is dropped; perhaps sent, its outcome is resolved first. */
  private resolveSuperseded(now: Date): void {
    const { operation } = this;
    if (!isOpen(operation) || operation.status === 'sending') return;
    if (!operation.outcomeUnknown && isTerminal(this.state)) return this.dropAtEnd(operation, now);
    const isLeft = this.withdrawalDue() !== undefined && operation.kind !== 'withdraw';
    const isOvertaken = isLeft || this.desired.version > operation.version;
    if (operation.status === 'parked' && isOvertaken)
      restart(operation, operation.outcomeUnknown ? 'unknown' : 'dropped', now);
    else if (!operation.outcomeUnknown && isLeft) setStatus(operation, 'dropped', now);
  }

  /** The job is over, so nobody need be told; a withdrawal that was never sent came too late. */
  private dropAtEnd(operation: Operation, now: Date): void {
    setStatus(operation, 'dropped', now);
    operation.owner = null;
    if (this.withdrawal !== 'asked') return;
    const isAgreed = this.state === 'cancelled';
    this.withdrawal = isAgreed ? 'agreed' : 'refused';
    this.refusedWithdrawal = isAgreed ? null : operation.id;
    this.withdrawalReason = isAgreed ? null : 'withdrawal-too-late';
  }

  /** What was surely never sent carries what is wanted now. */
  private followDesired(operation: Operation): void {
    const { desired } = this;
    const isUnsent = !operation.outcomeUnknown && ['pending', 'failing'].includes(operation.status);
    if (!isUnsent || operation.version === desired.version) return;
    operation.version = desired.version;
    operation.body = toOperationBody(operation, desired);
  }

  private nextKind(): OperationKind | 'end' | undefined {
    const { state, withdrawal, operation, superseded, desired, refusedVersion, ackedDigest } = this;
    if (isTerminal(state)) return undefined;
    if (!this.isDelivered()) return this.cancelReason() ? 'end' : 'place';
    if (withdrawal === 'asked' && operation?.status !== 'dropped') return undefined;
    if (this.withdrawalDue()) return 'withdraw';
    if (superseded || (refusedVersion ?? 0) >= desired.version) return undefined;
    return dossierDigest(desired.dossier) === ackedDigest ? undefined : 'correct';
  }

  private letGo(now: Date): void {
    this.end('cancelled', this.cancelReason()!, now);
    this.withdrawal = 'agreed';
  }

  /** Records what came of the call of its operation, and derives what is next. */
  recordOutcome(outcome: Outcome, retryPolicy: RetryPolicy, context: Context): void {
    const operation = this.operation!;
    if (operation.status !== 'sending') return this.recordLateOutcome(outcome, context);
    if (outcome.kind === 'taken') this.recordTaken(operation, outcome, context);
    else if (outcome.kind === 'refused') this.recordRefused(operation, outcome, context);
    else if (outcome.kind === 'absent')
      // It goes out as it is wanted now.
      Object.assign(operation, {
        status: 'failing',
        outcomeUnknown: false,
        nextAt: context.now.toISOString(),
      });
    else recordFailure(operation, outcome, retryPolicy, context.now);
    this.deriveOperation(context);
  }

  /** A call that outlived its lease: what came of it was found out without it, but for a job that it made anew. */
  private recordLateOutcome(outcome: Outcome, context: Context): void {
    if (outcome.kind !== 'taken' || !outcome.reference || !this.reference) return;
    this.recordReference(outcome.reference, context);
  }

  private recordTaken(operation: Operation, { reference, report }: Taken, context: Context): void {
    setStatus(operation, 'delivered', context.now);
    this.ackedVersion = operation.version;
    if (operation.kind !== 'withdraw') this.ackedDigest = dossierDigest(operation.body.dossier);
    if (reference) this.recordReference(reference, context);
    if (report) this.applyReport(report, context);
  }

  private recordRefused(operation: Operation, refused: Refused, context: Context): void {
    const { kind, version } = operation;
    setStatus(operation, 'refused', context.now);
    this.providerMessage = refused.providerMessage ?? null;
    const isKnown = isReasonFor(refused.reason, REFUSED[kind], context.catalogue);
    if (refused.reason && !isKnown) this.recordFinding('unknown-reason', context);
    const reason = isKnown ? refused.reason : null;
    if (kind === 'withdraw') return this.refuseWithdrawal(reason, context);
    this.refusedVersion = version;
    if (kind === 'correct') return;
    this.ackedVersion = version;
    if (!isTerminal(this.state)) this.endUnplaced(reason, context.now);
  }

  /** What is wanted no more and was refused has come to the same end. */
  private endUnplaced(reason: string | null, now: Date): void {
    const cancelReason = this.cancelReason();
    if (cancelReason) this.withdrawal = 'agreed';
    this.end(cancelReason ? 'cancelled' : 'refused', cancelReason ?? reason, now);
  }

  /** The provider keeps the job: it changes no state, and the same withdrawal is not derived again. */
  private refuseWithdrawal(reason: string | null, context: Context): void {
    this.withdrawal = 'refused';
    this.withdrawalReason = reason;
    this.refusedCancelReason = this.operation?.body.reason ?? this.cancelReason() ?? null;
    this.refusedWithdrawal = this.operation?.id ?? null;
    if (this.superseded) this.recordFinding('superseded-withdrawal-refused', context);
  }

  /** A person decides that a parked operation is tried again now. Answers false where it is not parked. */
  retry(context: Context): boolean {
    const operation = this.operation!;
    if (operation.status !== 'parked') return false;
    restart(operation, operation.outcomeUnknown ? 'unknown' : 'pending', context.now);
    parkWithoutProvider(operation, context);
    return true;
  }

  /** A person decides that a parked operation will not be done: the placement ends as failed where it had not ended. */
  giveUp(now: Date): boolean {
    if (this.operation!.status !== 'parked') return false;
    setStatus(this.operation!, 'dropped', now);
    if (!isTerminal(this.state)) this.end('failed', 'given-up', now);
    return true;
  }

  /**
   * Applies a report. One that is older than the last that carried a state changes only what lasts: it may end the job, or
   * answer a withdrawal, which a provider may do after that end and we may hear before it.
   */
  applyReport(whole: JobReport, context: Context): NotApplied | undefined {
    if (whole.reference) {
      // What an officer writes takes the place of the number that we gave.
      if (this.isOnWorkbench(context)) this.reference = null;
      this.recordReference(whole.reference, context);
    }
    if (this.isOfSecondOrder(whole, context)) return 'second-order';
    const isLate = isOlder(this, whole, context);
    if (isLate && isCountedBackwards(this, whole)) this.recordFinding('sequence-backwards', context);
    const applicable = isLate ? lastingPart(whole) : whole;
    if (!applicable) return 'older';
    const { report, findings } = knownPart(applicable, this, context);
    findings.forEach((kind) => this.recordFinding(kind, context));
    const withdrawal = this.answerIn(report);
    if (isTerminal(this.state) && withdrawal !== 'refused') return isLate ? 'older' : 'ended';
    const state = withdrawal === 'agreed' ? 'cancelled' : report.state;
    if (!this.isAllowed(state, withdrawal)) return isLate ? 'older' : 'not-allowed';
    if (!withdrawal && state && !isTerminal(state) && this.isChangedBy(report)) {
      if (isBeyondLimit(this, context)) return this.defer(context);
      Object.assign(this, countChange(this, context.now));
    }
    if (!isLate && state) this.recordOrder(report, context);
    this.reachStage(report, context.now);
    if (report.documents) this.documents = withDocuments(this.documents, report.documents as JobDocument[]);
    const reason = knownReason(report.reason, context);
    if (withdrawal === 'refused') this.refuseWithdrawal(reason, context);
    else if (withdrawal) this.withdrawal = withdrawal;
    const endReason = (withdrawal === 'agreed' && this.cancelReason()) || report.reason;
    if (state && !isTerminal(this.state)) this.enter(state, { ...report, reason: endReason }, context);
    return undefined;
  }

  /** A job that the provider cancels while it is asked to let it go, it lets go. */
  private answerIn({ withdrawal, state }: JobReport): 'agreed' | 'refused' | undefined {
    return withdrawal ?? (state === 'cancelled' && this.withdrawal === 'asked' ? 'agreed' : undefined);
  }

  /** Only what was asked can be refused; of a job that has ended that answer alone is allowed. */
  private isAllowed(to?: JobState, answer?: 'agreed' | 'refused'): boolean {
    const { state, highestState, withdrawal } = this;
    if (answer === 'refused' && withdrawal !== 'asked') return false;
    return !to || isTerminal(state) || to === state || canTransition(state, to, highestState);
  }

  /** Would it show something else than before? */
  private isChangedBy({ state, reason, holder, dueDate, correction }: JobReport): boolean {
    if (state !== this.state || (reason && reason !== this.reason)) return true;
    if (!isOnHold(state)) return false;
    const deadline = correction?.dueDate ?? dueDate;
    const isHeldElsewhere = state === 'held' && holder && holder !== this.holder;
    const asksElse = correction && !isAskedAgain(this, correction.items);
    return Boolean(isHeldElsewhere || asksElse || (deadline && deadline !== this.holderDeadline));
  }

  /** It is applied when the hour is over: a provider that changes its mind each second would be a text a second to the applicant. */
  private defer(context: Context): 'too-many' {
    this.deferredUntil ??= new Date(hourEnd(this.changesSince!)).toISOString();
    this.recordFinding('too-many-reports', context);
    return 'too-many';
  }

  private recordOrder(report: JobReport, context: Context): void {
    this.lastSequence = report.sequence ?? this.lastSequence;
    this.lastReportAt = report.at;
    this.isLastReportAhead = isAhead(report, context);
    if (this.isLastReportAhead) this.recordFinding('wrong-clock', context);
  }

  private reachStage({ stage, at }: JobReport, now: Date): void {
    if (!stage || this.stages.some((reached) => reached.stage === stage)) return;
    const reachedAt = new Date(Math.min(Date.parse(at), now.getTime()));
    this.stages = [...this.stages, { stage, at: reachedAt.toISOString() }];
  }

  private enter(state: JobState, report: JobReport, context: Context): void {
    const before = state === this.state ? this.reason : null;
    const usual = state === 'waiting' ? 'material-missing' : state === 'held' ? 'expert-review' : null;
    this.setState(state, knownReason(report.reason, context) ?? before ?? usual, context.now);
    this.highestState = highestAfter(this.highestState, state);
    this.providerMessage = report.text ?? null;
    Object.assign(this, isOnHold(state) ? holdAfter(this, report, context) : NO_HOLD);
    if (isDone(state) && this.superseded) this.recordFinding('superseded-completed', context);
  }

  /** A provider that did one placement twice gives itself away by a second number. */
  private recordReference(reference: string, context: Context): void {
    this.reference ??= reference;
    const isKnown = this.reference === reference || this.secondReference === reference;
    if (isKnown || this.isOnWorkbench(context)) return;
    this.secondReference ??= reference;
    this.recordFinding('second-reference', context, reference);
  }

  /** Where a provider honours no key it was we who placed twice: what becomes of the second order is not what becomes of the job. */
  private isOfSecondOrder({ reference }: JobReport, { catalogue }: Context): boolean {
    const isOther = reference !== undefined && reference !== this.reference;
    return isOther && catalogue.provider(this.provider)?.retrySafety === 'status-query';
  }

  private isOnWorkbench({ catalogue }: Context): boolean {
    return catalogue.provider(this.provider)?.dialect === 'workbench';
  }

  /** Opens a finding, each kind once. */
  private recordFinding(kind: FindingKind, { now, newId }: Context, reference?: string): void {
    const { requestId, attempt, provider } = this;
    if (this.findings.some((each) => each.kind === kind)) return;
    this.findings.push({
      ...{ id: newId(), requestId, attempt, provider, kind },
      ...{ owner: 'operator', at: now.toISOString() },
      ...(reference !== undefined && { reference }),
    });
  }
}

/** A word that is no code of ours stays among the provider's words. */
function knownReason(reason: string | undefined, { catalogue }: Context): string | null {
  return reason && catalogue.reason(reason) ? reason : null;
}
