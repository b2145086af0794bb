import { addWorkingDays, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import {
  isTerminal,
  overallStatus,
  type DossierChanged,
  type DossierPart,
  type Fact,
  type JobDesired,
  type JobProgressed,
  type Utility,
} from '@lianban/contracts';
import { InvalidForm, NotFound } from '@lianban/service-kit';
import { activeDeadline, isExpired, isReminderDue, outcomeOf } from './deadlines.js';
import { toPublicDossier, type PublicDossier } from './dossier-views.js';
import { buildDesiredState, digestDesiredState, limitDaysOf } from './desired-state.js';
import { JobEnded, UNKNOWN_REASON, WRONG_PROVIDER } from './reroute.problems.js';
import { isOnHold, type RoutedJob } from './routed-job.js';
import { recountClock, resumeClock, startClock, stopClock } from './sla-clock.js';

/** What a decision may use beside the request and the event. */
export interface Context {
  now: Date;
  catalogue: Catalogue;
}

/** A request as routing follows it: its jobs, their deadlines, and every fact that somebody must be told. */
export class RoutedRequest {
  /** Version of the status that was published last. */
  version = 0;
  dossierVersion = 0;
  /** Version of the dossier that is stored. */
  storedDossierVersion = 0;
  publicDossier!: PublicDossier;
  jobs: RoutedJob[] = [];
  facts: Fact[] = [];
  endedAt: string | null = null;
  /** Loaded only where a desired state is to be made of it. */
  dossier: DossierChanged | null = null;
  /** Desired states to publish with this change. */
  readonly desired: JobDesired[] = [];
  readonly changedJobs = new Set<RoutedJob>();
  /** Must the next version of its status be published? */
  isChanged = false;

  constructor(readonly requestId: string) {}

  /** New parts become jobs at the provider that intake chose, changed ones a newer desired state; what has ended stays. */
  applyDossier(dossier: DossierChanged, context: Context): void {
    if (dossier.version <= this.dossierVersion) return;
    if (this.dossierVersion === 0)
      this.addFact({ id: 'registered', kind: 'registered', at: dossier.registeredAt });
    this.dossierVersion = dossier.version;
    this.dossier = dossier;
    this.publicDossier = toPublicDossier(dossier);
    this.isChanged = true;
    for (const part of dossier.parts) this.applyPart(part, dossier, context);
  }

  private applyPart(part: DossierPart, dossier: DossierChanged, context: Context): void {
    const job =
      this.jobs.find(({ utility }) => utility === part.utility) ?? this.addJob(part, dossier, context);
    if (isTerminal(job.state)) return;
    const closed = part.closedCorrections ?? [];
    if (closed.length !== job.closedCorrections.length) this.change(job, { closedCorrections: closed });
    if (part.cancelReason && !job.cancelReason)
      this.change(job, { cancelReason: part.cancelReason, cancelledByApplicant: true });
    this.publishDesiredState(job, context);
  }

  /** Applies what an adapter reported last; an older report, or one about a superseded attempt, changes nothing. */
  applyProgress(progress: JobProgressed, { now, catalogue }: Context): void {
    const job = this.jobs.find(({ utility }) => utility === progress.utility);
    if (!job || progress.attempt !== job.attempt || progress.version <= job.progressVersion) return;
    this.change(job, {
      progressVersion: progress.version,
      // Another one than was chosen, where the job had ended there before it was re-routed.
      provider: progress.provider,
      state: progress.state,
      stateSince: progress.since,
      reason: progress.reason ?? null,
      holder: progress.holder ?? null,
      holderDeadline: progress.holderDeadline ?? null,
      holderDeadlineProvisional: progress.holderDeadlineProvisional ?? false,
      delivered: job.delivered || progress.delivered,
      accepted: job.accepted || progress.accepted,
      operationKind: progress.operation.kind,
      operationDelivery: progress.operation.delivery,
      operationSince: progress.operation.since,
      reference: progress.reference ?? null,
      stages: progress.stages,
      documents: progress.documents ?? [],
      correction: progress.correction ?? null,
      withdrawal: progress.withdrawal,
      withdrawalReason: progress.withdrawalReason ?? null,
    });
    progress.facts.forEach((fact) => this.addFact(fact));
    escalateRefusedCancellation(job);
    if (isStopped(job) || isTerminal(job.state)) stopClock(job, now);
    else resumeClock(job, now, catalogue.calendar);
    this.endWhenAllJobsEnded(now);
  }

  /**
   * Gives a job to another provider as its next attempt; the adapter withdraws the old one by itself, and the clock goes on.
   * @throws NotFound, JobEnded, InvalidForm
   */
  reroute(utility: Utility, provider: string, reason: string, context: Context): void {
    const { now, catalogue } = context;
    const job = this.jobs.find((each) => each.utility === utility);
    if (!job) throw new NotFound();
    if (isTerminal(job.state)) throw new JobEnded();
    const errors = [
      ...(catalogue.provider(provider)?.utility !== utility || provider === job.provider
        ? [WRONG_PROVIDER]
        : []),
      ...(catalogue.reason(reason) ? [] : [UNKNOWN_REASON]),
    ];
    if (errors.length > 0) throw new InvalidForm(errors);
    const at = now.toISOString();
    this.change(job, {
      provider,
      attempt: job.attempt + 1,
      reroutedFor: reason,
      progressVersion: 0,
      state: 'placed',
      stateSince: at,
      reason: null,
      holder: null,
      holderDeadline: null,
      holderDeadlineProvisional: false,
      documents: [],
      correction: null,
      reference: null,
      withdrawal: 'none',
      withdrawalReason: null,
      operationKind: 'place',
      operationDelivery: 'pending',
      operationSince: at,
    });
    resumeClock(job, now, catalogue.calendar);
    this.addFact({
      id: `rerouted:${utility}:${job.attempt}`,
      kind: 'rerouted',
      at,
      utility,
      provider,
      reason,
    });
    this.publishDesiredState(job, context);
  }

  /** Reminds of the deadlines that come and acts on those that passed. */
  enforceDeadlines(context: Context): void {
    const today = shanghaiDate(context.now);
    const { calendar } = context.catalogue;
    for (const job of this.jobs) {
      if (isTerminal(job.state)) continue;
      const expired = isExpired(job, today, calendar);
      if (isReminderDue(job, today, calendar)) {
        this.change(job, { remindedOf: activeDeadline(job) });
        if (!expired && isOnHold(job) && job.holder === 'applicant') this.addReminder(job, context.now);
      }
      if (expired) this.expire(job, context);
    }
  }

  private addReminder(job: RoutedJob, now: Date): void {
    const { utility, provider, reason, holderDeadline, holderDeadlineProvisional: provisional } = job;
    if (!holderDeadline) return;
    const id = `reminder:${utility}:${holderDeadline}`;
    const details = { ...(reason && { reason }), date: holderDeadline, ...(provisional && { provisional }) };
    this.addFact({ id, kind: 'reminder', at: now.toISOString(), utility, provider, ...details });
  }

  private expire(job: RoutedJob, context: Context): void {
    const deadlineOutcome = outcomeOf(job);
    this.change(job, { missedDeadline: activeDeadline(job), deadlineOutcome });
    if (deadlineOutcome !== 'auto-cancelled' || job.cancelReason) return;
    job.cancelReason = 'lapsed';
    this.publishDesiredState(job, context);
  }

  /** Counts the promises that still run anew: the notice of a year moves those that were counted provisionally. */
  recountPromises(context: Context): void {
    const { calendar, version } = context.catalogue;
    const registeredOn = shanghaiDate(new Date(this.publicDossier.registeredAt));
    const moved = [];
    for (const job of this.jobs) {
      if (isTerminal(job.state) || job.limitDays === null) continue;
      const { slaDate: date, slaProvisional, promisedDate } = job;
      recountClock(job, addWorkingDays(calendar, registeredOn, job.limitDays), calendar);
      if (job.slaDate !== date) moved.push({ utility: job.utility, date: job.slaDate });
      if (job.slaDate !== date || job.slaProvisional !== slaProvisional || job.promisedDate !== promisedDate)
        this.change(job, {});
      this.publishDesiredState(job, context);
    }
    if (moved.length > 0)
      this.addFact({
        id: `promise-moved:${version}`,
        kind: 'promise-moved',
        at: context.now.toISOString(),
        moved,
      });
  }

  private addJob(
    { utility, provider, promisedDate }: DossierPart,
    dossier: DossierChanged,
    { catalogue }: Context,
  ) {
    const { registeredAt } = dossier;
    const job: RoutedJob = {
      utility,
      provider,
      attempt: 1,
      desiredVersion: 0,
      desiredDigest: '',
      cancelReason: null,
      cancelledByApplicant: false,
      progressVersion: 0,
      state: 'placed',
      stateSince: registeredAt,
      reason: null,
      holder: null,
      holderDeadline: null,
      holderDeadlineProvisional: false,
      delivered: false,
      accepted: false,
      operationKind: 'place',
      operationDelivery: 'pending',
      operationSince: registeredAt,
      reference: null,
      stages: [],
      documents: [],
      correction: null,
      closedCorrections: [],
      withdrawal: 'none',
      withdrawalReason: null,
      limitDays: limitDaysOf(dossier, utility, catalogue),
      ...startClock(promisedDate, registeredAt, catalogue.calendar),
      remindedOf: null,
      missedDeadline: null,
      deadlineOutcome: null,
      reroutedFor: null,
    };
    this.jobs.push(job);
    return job;
  }

  private publishDesiredState(job: RoutedJob, { catalogue }: Context): void {
    const desired = buildDesiredState(this.dossier!, job, catalogue);
    const desiredDigest = digestDesiredState(desired);
    if (desiredDigest === job.desiredDigest) return;
    this.change(job, { desiredDigest, desiredVersion: job.desiredVersion + 1 });
    desired.version = job.desiredVersion;
    this.desired.push(desired);
  }

  private endWhenAllJobsEnded(now: Date): void {
    if (this.endedAt || !this.jobs.every(({ state }) => isTerminal(state))) return;
    this.endedAt = now.toISOString();
    const jobs = this.jobs.map((job) => ({
      ...job,
      holder: undefined,
      withdrawnByApplicant: job.cancelledByApplicant,
    }));
    const { outcome } = overallStatus(jobs);
    this.addFact({ id: 'ended', kind: 'ended', at: this.endedAt, outcome });
  }

  private change(job: RoutedJob, changes: Partial<RoutedJob>): void {
    Object.assign(job, changes);
    this.changedJobs.add(job);
    this.isChanged = true;
  }

  private addFact(fact: Fact): void {
    if (!this.facts.some(({ id }) => id === fact.id)) this.facts = [...this.facts, fact];
  }
}

/** The clock stops while somebody other than the provider has the ball. */
const isStopped = ({ state, holder }: RoutedJob): boolean =>
  state === 'waiting' || (state === 'held' && holder !== 'provider');

/** A provider that refuses to let go a job that was cancelled for its deadline leaves it to nobody: the operator must look. */
function escalateRefusedCancellation(job: RoutedJob): void {
  if (isOnHold(job) && job.deadlineOutcome === 'auto-cancelled' && job.withdrawal === 'refused')
    job.deadlineOutcome = 'escalated';
}
