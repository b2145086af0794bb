import { randomUUID } from 'node:crypto';
import {
  overallStatus,
  RequestStatusChanged,
  type Fact,
  type JobStatus,
  type Utility,
} from '@lianban/contracts';

export const RECEIPT = 'LB370102-20260511-J-00001-A';
const REGISTERED_AT = '2026-05-11T02:00:00.000Z';
const PROVIDERS: Record<Utility, string> = {
  water: 'jinan-water',
  electricity: 'jinan-electricity',
  gas: 'jinan-gas',
  heat: 'jinan-heat',
  telecom: 'jinan-unicom',
};

/** A job that was just delivered. */
export const aJob = (utility: Utility, changes: Partial<JobStatus> = {}): JobStatus => ({
  utility,
  provider: PROVIDERS[utility],
  attempt: 1,
  state: 'placed',
  since: REGISTERED_AT,
  delivered: true,
  accepted: false,
  operation: { kind: 'place', delivery: 'delivered', since: REGISTERED_AT },
  stages: [],
  withdrawal: 'none',
  clock: {
    running: true,
    since: REGISTERED_AT,
    slaDate: '2026-05-27',
    promisedDate: '2026-05-27',
    remainingDays: 12,
  },
  ...changes,
});

export const aCorrection = (id: string = randomUUID()) => ({
  id,
  items: ['PROPERTY_CERT'],
  deadline: '2026-05-20',
});

/** A job that waits for the applicant, with a correction or without. */
export const aWaitingJob = (utility: Utility, correction?: ReturnType<typeof aCorrection>): JobStatus =>
  aJob(utility, {
    state: 'waiting',
    holder: 'applicant',
    reason: 'material-missing',
    holderDeadline: '2026-05-20',
    correction,
  });

/** A request as routing publishes it over time: each step changes jobs, adds facts and makes the next version. */
export class RequestStory {
  readonly requestId = randomUUID();
  private version = 0;
  private facts: Fact[] = [];
  private jobs: JobStatus[];

  constructor(
    utilities: Utility[] = ['water'],
    private readonly changes: Partial<RequestStatusChanged> = {},
    private readonly now: () => Date = () => new Date(),
  ) {
    this.jobs = utilities.map((utility) => aJob(utility));
    this.add({ id: 'registered', kind: 'registered' });
  }

  /** The status now, again with the same version unless something changed since. */
  status(): RequestStatusChanged {
    return Object.assign(new RequestStatusChanged(), {
      requestId: this.requestId,
      version: this.version,
      receiptNumber: RECEIPT,
      queryCodeHash: '0'.repeat(64),
      hall: 'lixia',
      matter: 'JOINT_NEW',
      applicantMasked: '欧阳**',
      registeredAt: REGISTERED_AT,
      ...overallStatus(this.jobs),
      jobs: this.jobs,
      pendingMaterials: [],
      facts: this.facts,
      ...this.changes,
    } satisfies RequestStatusChanged);
  }

  change(job: JobStatus, ...facts: Omit<Fact, 'at'>[]): this {
    this.jobs = this.jobs.map((each) => (each.utility === job.utility ? job : each));
    this.version += 1;
    facts.forEach((fact) => this.add({ utility: job.utility, provider: job.provider, ...fact }));
    return this;
  }

  add(fact: Omit<Fact, 'at'> & { at?: string }): this {
    this.version += 1;
    this.facts = [...this.facts, { at: this.now().toISOString(), ...fact }];
    return this;
  }

  accept(utility: Utility, changes: Partial<JobStatus> = {}): this {
    const job = aJob(utility, { state: 'accepted', accepted: true, ...changes });
    return this.change(job, { id: `accepted:${utility}`, kind: 'accepted' });
  }

  ask(utility: Utility, correction = aCorrection()): this {
    return this.change(aWaitingJob(utility, correction), {
      id: `correction:${correction.id}`,
      kind: 'correction',
      items: correction.items,
    });
  }

  /** It becomes the applicant's turn, with nothing to correct. */
  hold(utility: Utility, since = this.now().toISOString(), changes: Partial<JobStatus> = {}): this {
    const job = aJob(utility, { state: 'held', holder: 'applicant', since, ...changes });
    return this.change(job, { id: `action:${utility}:${since}`, kind: 'action' });
  }

  resume(utility: Utility, changes: Partial<JobStatus> = {}): this {
    return this.change(aJob(utility, { state: 'in-progress', ...changes }));
  }

  end(
    utility: Utility,
    state: 'completed' | 'partly-completed' | 'refused' | 'failed' | 'cancelled',
    reason?: string,
  ): this {
    const accepted = this.jobs.find((job) => job.utility === utility)!.accepted;
    const job = aJob(utility, { state, accepted, reason });
    this.change(job, { id: `${state}:${utility}`, kind: state, reason });
    const { phase, outcome } = overallStatus(this.jobs);
    return phase === 'ended' ? this.add({ id: 'ended', kind: 'ended', outcome }) : this;
  }
}
