import type { JobDesired, Utility } from '@lianban/contracts';
import { ConcurrentInsert } from '@lianban/messaging';
import { Job } from './job.js';
import type { Capacity, JobRepository } from './job.repository.js';
import {
  expireLease,
  isDue,
  isLeaseOver,
  startSending,
  type LeasedOperation,
  type Operation,
} from './operation.js';
import { Placement, type PlacementState } from './placement.js';

/** Rows by their keys: `job <request>`, `operation <id>`, `finding <request> <attempt> <kind>`. */
export interface Rows {
  get(key: string): string | undefined;
  set(key: string, row: string): void;
  keys(): Iterable<string>;
}

type JobRow = Pick<Job, 'version' | 'publishedDigest' | 'facts'> & {
  placements: Omit<PlacementState, 'closed' | 'findings'>[];
};

/** Jobs as rows in memory, for the simulation. */
export class MemoryJobRepository implements JobRepository {
  private readonly created = new Set<Job>();

  constructor(
    private readonly rows: Rows,
    private readonly utility: Utility,
    private readonly now: Date,
    private readonly leaseMs: number,
    readonly newId: () => string,
  ) {}

  async load(requestIds: Iterable<string>): Promise<Map<string, Job>> {
    const jobs = [...new Set(requestIds)].flatMap((requestId) => this.read(requestId) ?? []);
    return new Map(jobs.map((job) => [job.requestId, job]));
  }

  async loadOrCreate(desired: readonly JobDesired[]): Promise<Map<string, Job>> {
    const jobs = desired.map(({ requestId }) => this.read(requestId) ?? this.create(requestId));
    return new Map(jobs.map((job) => [job.requestId, job]));
  }

  private create(requestId: string): Job {
    const job = new Job(requestId, this.utility);
    this.created.add(job);
    return job;
  }

  private read(requestId: string): Job | undefined {
    const row = this.rows.get(`job ${requestId}`);
    if (!row) return undefined;
    const { placements, ...rest } = JSON.parse(row) as JobRow;
    return Object.assign(new Job(requestId, this.utility), rest, {
      placements: placements.map((placement) => Placement.from(placement)),
    });
  }

  async save(jobs: Iterable<Job>, leased: ReadonlySet<Operation> = new Set()): Promise<void> {
    for (const operation of leased) startSending(operation, this.now, this.leaseMs);
    for (const job of jobs) {
      if (this.created.delete(job) && this.rows.get(`job ${job.requestId}`))
        throw new ConcurrentInsert('the same job was saved meanwhile');
      this.write(job);
    }
  }

  private write({ requestId, version, publishedDigest, facts, placements }: Job): void {
    const row = {
      version,
      publishedDigest,
      facts,
      placements: placements.map(({ closed: _1, findings: _2, ...placement }) => placement),
    };
    if (placements.length > 0) this.writeRow(`job ${requestId}`, row);
    for (const { operation, closed, findings } of placements) {
      for (const each of [...closed, ...(operation ? [operation] : [])])
        this.writeRow(`operation ${each.id}`, each);
      for (const finding of findings)
        this.writeRow(`finding ${requestId} ${finding.attempt} ${finding.kind}`, finding);
    }
  }

  private writeRow(key: string, row: object): void {
    const text = JSON.stringify(row);
    if (text !== this.rows.get(key)) this.rows.set(key, text);
  }

  async leaseDue(capacities: readonly Capacity[]): Promise<LeasedOperation[]> {
    const jobs = this.readAll();
    const due = jobs.flatMap((job) => job.operations()).filter((operation) => isDue(operation, this.now));
    const leased = capacities.flatMap(({ provider, free }) =>
      due
        .filter((operation) => operation.provider === provider)
        .toSorted((a, b) => Date.parse(a.nextAt) - Date.parse(b.nextAt))
        .slice(0, free)
        .map((operation) => startSending(operation, this.now, this.leaseMs)),
    );
    await this.save(jobs);
    return leased;
  }

  async expireLeases(): Promise<void> {
    const jobs = this.readAll();
    for (const operation of jobs.flatMap((job) => job.operations()))
      if (isLeaseOver(operation, this.now)) expireLease(operation, this.now);
    await this.save(jobs);
  }

  private readAll(): Job[] {
    return [...this.rows.keys()].flatMap((key) =>
      key.startsWith('job ') ? this.read(key.slice('job '.length))! : [],
    );
  }
}
