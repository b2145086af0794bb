import { isTerminal, type Fact, type JobDesired, type Utility } from '@lianban/contracts';
import type { RetryPolicy } from '@lianban/messaging';
import type { Context } from './context.js';
import { factsOf } from './facts.js';
import type { Finding } from './finding.js';
import type { JobReport } from './job-report.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import { Placement } from './placement.js';
import { newestReport, type NotApplied } from './report-order.js';

/** Everything an adapter knows about one job: its attempts in order, and what the applicant must be told of it. */
export class Job {
  /** Version and digest of the progress that was published last. */
  version = 0;
  publishedDigest: string | null = null;
  /** What the applicant must be told, since the first placement. */
  facts: Fact[] = [];
  placements: Placement[] = [];

  constructor(
    readonly requestId: string,
    readonly utility: Utility,
  ) {}

  /** The attempt that speaks for the job. */
  newest(): Placement {
    return this.placements.at(-1)!;
  }

  find(attempt: number): Placement | undefined {
    return this.placements.find((each) => each.attempt === attempt);
  }

  /** Was any attempt ever delivered, accepted? Neither is undone by a re-route. */
  isDelivered(): boolean {
    return this.placements.some((placement) => placement.isDelivered());
  }

  isAccepted(): boolean {
    return this.placements.some((placement) => placement.isAccepted());
  }

  operations(): Operation[] {
    return this.placements.flatMap(({ operation }) => operation ?? []);
  }

  findings(): Finding[] {
    return this.placements.flatMap(({ findings }) => findings);
  }

  /** Takes in what routing wants of the job now; an older or equal version changes nothing. */
  applyDesiredState(desired: JobDesired, context: Context): void {
    const newest = this.placements.at(-1);
    if (newest && isOlder(desired, newest.desired)) return;
    if (!newest || desired.attempt > newest.attempt) this.startPlacement(desired, newest, context);
    else newest.desire(desired, context);
    if (desired.cancelReason) this.propagateWithdrawal(desired, context);
    this.recordFacts(context.now);
  }

  /** A re-route: the new provider is told at once, the old one is withdrawn on its own. A job that ended stays ended. */
  private startPlacement(desired: JobDesired, previous: Placement | undefined, context: Context): void {
    const placement = Placement.start(desired, context.now);
    this.placements.push(placement);
    if (previous && isTerminal(previous.state)) return placement.copyFinalState(previous);
    previous?.supersede(desired.version, context);
    placement.deriveOperation(context);
  }

  /** A withdrawal reaches every attempt that has not ended, and wakes what is parked there. */
  private propagateWithdrawal({ version, cancelReason }: JobDesired, context: Context): void {
    for (const older of this.placements.filter(({ superseded, state }) => superseded && !isTerminal(state))) {
      older.desired = { ...older.desired, version, cancelReason };
      older.deriveOperation(context);
    }
  }

  /** Applies a report to the attempt it is about, and derives what follows. Answers why it was not applied. */
  handleReport(attempt: number, report: JobReport, context: Context): NotApplied | undefined {
    const placement = this.find(attempt)!;
    const why = placement.applyReport(report, context);
    if (!why) placement.deriveOperation(context);
    this.recordFacts(context.now);
    return why;
  }

  /** The hour is over: of the reports that were stored in it the newest is applied, where nothing newer was. */
  catchUp(attempt: number, stored: readonly JobReport[], context: Context): void {
    this.find(attempt)!.deferredUntil = null;
    const newest = newestReport(stored);
    if (newest) this.handleReport(attempt, newest, context);
  }

  /** Records what came of an operation's call; what is not being sent any more changes nothing, but may show a second number. */
  recordOutcome(operationId: string, outcome: Outcome, retryPolicy: RetryPolicy, context: Context): void {
    this.withOperation(operationId)?.recordOutcome(outcome, retryPolicy, context);
    this.recordFacts(context.now);
  }

  /** Tries a parked operation again. Answers false where it is not parked. */
  retryOperation(operationId: string, context: Context): boolean {
    return this.withOperation(operationId)?.retry(context) ?? false;
  }

  /** Gives a parked operation up. Answers false where it is not parked. */
  giveUpOperation(operationId: string, { now }: Context): boolean {
    const isGivenUp = this.withOperation(operationId)?.giveUp(now) ?? false;
    this.recordFacts(now);
    return isGivenUp;
  }

  private withOperation(id: string): Placement | undefined {
    return this.placements.find(({ operation }) => operation?.id === id);
  }

  /** Each fact once; a superseded attempt is nobody's news. */
  private recordFacts(now: Date): void {
    for (const fact of factsOf(this, now))
      if (!this.facts.some(({ id }) => id === fact.id)) this.facts = [...this.facts, fact];
  }
}

const isOlder = (a: JobDesired, b: JobDesired): boolean =>
  a.attempt < b.attempt || (a.attempt === b.attempt && a.version <= b.version);
