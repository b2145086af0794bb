import { loadCatalogue } from '@lianban/catalogue';
import { JobDesired, type JobDossier, type JobProgressed } from '@lianban/contracts';
import type { RetryPolicy } from '@lianban/messaging';
import type { Context } from './context.js';
import type { FindingKind } from './finding.js';
import { Job } from './job.js';
import type { JobReport } from './job-report.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import type { Placement } from './placement.js';
import { toProgressEvent } from './progress-event.js';
import type { NotApplied } from './report-order.js';

const REQUEST = '0193a1b2-0000-7000-8000-000000000001';
export const catalogue = loadCatalogue();
export const CHANGES_PER_HOUR = 10;

export const aJobDossier = (changes: Partial<JobDossier> = {}): JobDossier => ({
  receiptNumber: 'LB370102-20260511-J-00001-A',
  matter: 'GAS_NEW',
  registeredAt: '2026-05-11T01:00:00.000Z',
  applicant: { kind: 'person', name: '欧阳试样' },
  address: { district: '370102', text: '历下区样例路1号' },
  fields: { usage: 'residential', appliances: 2 },
  materials: [],
  answers: [],
  ...changes,
});

export const anAnswerTo = (correctionId: string, ...materials: string[]): JobDossier['answers'][number] => ({
  correctionId,
  materials: materials.map((code) => ({ code, method: 'paper' })),
  fields: {},
  answeredAt: '2026-05-12T01:00:00.000Z',
});

export const aDesiredState = (changes: Partial<JobDesired>): JobDesired =>
  Object.assign(new JobDesired(), {
    requestId: REQUEST,
    utility: 'gas',
    attempt: 1,
    version: 1,
    provider: changes.attempt === 2 ? 'zibo-gas' : 'jinan-gas',
    promisedDate: '2026-06-01',
    dossier: aJobDossier(),
    ...changes,
  });

/** One job, told as it goes: what is wanted, what is sent, what comes of it, what the provider says. */
export class Story {
  readonly job = Object.assign(new Job(REQUEST, 'gas'), { version: 1 });
  now = new Date('2026-05-11T02:00:00Z');
  retryPolicy: RetryPolicy = { maxTries: 3, delayAfterMs: () => 1_000 };
  private ids = 0;
  private version = 0;

  /** A job that its provider has taken. */
  static placed(): Story {
    const story = new Story().want();
    return story.send().taken();
  }

  get context(): Context {
    const newId = (): string => `0193a1b2-0000-7000-9000-${String(++this.ids).padStart(12, '0')}`;
    return { now: this.now, catalogue, newId, changesPerHour: CHANGES_PER_HOUR };
  }

  get placement(): Placement {
    return this.job.newest();
  }

  at(attempt: number): Placement {
    return this.job.find(attempt)!;
  }

  get operation(): Operation {
    return this.placement.operation!;
  }

  get findings(): FindingKind[] {
    return this.job.findings().map(({ kind }) => kind);
  }

  get progress(): JobProgressed {
    return toProgressEvent(this.job);
  }

  /** The next desired state of routing; its version goes up by one. */
  want(changes: Partial<JobDesired> = {}): this {
    const { attempt = 1, dossier = aJobDossier() } = this.job.placements.at(-1)?.desired ?? {};
    const desired = aDesiredState({ attempt, dossier, version: ++this.version, ...changes });
    this.job.applyDesiredState(desired, this.context);
    return this;
  }

  amend(usage = 'commercial'): this {
    return this.want({ dossier: aJobDossier({ fields: { usage } }) });
  }

  withdraw(cancelReason = 'withdrawn-by-applicant'): this {
    return this.want({ cancelReason, dossier: this.placement.desired.dossier });
  }

  reroute(changes: Partial<JobDesired> = {}): this {
    return this.want({ attempt: this.placement.attempt + 1, ...changes });
  }

  /** Takes the operation in hand for sending. */
  send(attempt = this.placement.attempt): this {
    const { operation } = this.at(attempt);
    if (!operation || !['pending', 'failing', 'unknown'].includes(operation.status))
      throw new Error(`nothing is due: ${operation?.kind} is ${operation?.status}`);
    operation.status = 'sending';
    return this;
  }

  /** What the dying of a process in between leaves behind. */
  loseProcess(attempt = this.placement.attempt): this {
    Object.assign(this.at(attempt).operation!, { status: 'unknown', outcomeUnknown: true });
    return this;
  }

  comesTo(outcome: Outcome, attempt = this.placement.attempt): this {
    this.job.recordOutcome(this.at(attempt).operation!.id, outcome, this.retryPolicy, this.context);
    return this;
  }

  taken(more: Partial<Extract<Outcome, { kind: 'taken' }>> = {}, attempt?: number): this {
    return this.comesTo({ kind: 'taken', ...more }, attempt);
  }

  notSent(attempt?: number): this {
    return this.comesTo({ kind: 'not-sent', error: 'cannot connect', countsAsTry: true }, attempt);
  }

  unknown(attempt?: number): this {
    return this.comesTo({ kind: 'unknown', error: 'no answer', countsAsTry: true }, attempt);
  }

  refused(reason = 'not-covered', attempt?: number): this {
    return this.comesTo({ kind: 'refused', reason, providerMessage: '管网未覆盖' }, attempt);
  }

  /** Fails until nobody tries any more. */
  park(how: 'notSent' | 'unknown'): this {
    while (this.operation.status !== 'parked') this.send()[how]();
    return this;
  }

  /** What came of a report: why it was not applied, if it was not. */
  reports(report: Partial<JobReport>, attempt = this.placement.attempt): NotApplied | undefined {
    return this.job.handleReport(attempt, { at: this.now.toISOString(), ...report }, this.context);
  }

  /** The same, for a report that is applied. */
  applies(report: Partial<JobReport>, attempt?: number): this {
    const why = this.reports(report, attempt);
    if (why) throw new Error(`the report is not applied: ${why}`);
    return this;
  }

  /** The hour is over: what was kept of its reports is caught up with. */
  catchUp(kept: Partial<JobReport>[]): this {
    const at = this.now.toISOString();
    const reports = kept.map((report) => ({ at, ...report }));
    this.job.catchUp(this.placement.attempt, reports, this.context);
    return this;
  }

  later(minutes = 1): this {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
    return this;
  }
}
