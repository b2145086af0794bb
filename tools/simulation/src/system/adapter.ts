import {
  giveUpOperation,
  isInitial,
  toProgressEvent,
  recordFacts,
  retryOperation,
  type Context,
  type Finding,
  type Job,
  type JobReport,
  type Operation,
  type RetryPolicy,
  type Placement,
} from '@lianban/adapter-kit/domain';
import type { JobDesired, Utility } from '@lianban/contracts';
import type { Fault } from '../steps.js';
import type { World } from '../world.js';
import type { Call } from './calls.js';
import {
  lease,
  expireLease,
  openOperationsOf,
  isExpired,
  type LeasedOperation,
  type OpenOperation,
} from './operation-leases.js';
import { CircuitBreakers } from './circuit-breakers.js';
import { Store, type OutboxRow, type UnitOfWork } from './store.js';

/** A report as its provider sends it, until the adapter has taken it. */
export interface PendingReport {
  id: string;
  provider: string;
  requestId: string;
  attempt: number;
  report: JobReport;
}

type Row = Omit<Job, 'placements' | 'findings'> & { placements: string };
type Decide = (jobs: Map<string, Job>, context: Context, unitOfWork: UnitOfWork) => void;

const RETRY_POLICY: RetryPolicy = {
  maxTries: 6,
  delayAfterMs: (attempts) => Math.min(300_000, 1_000 * 2 ** Math.max(0, attempts - 1)),
};

/** An adapter over rows in memory, in the frame of the kit's `JobStore`. */
export class Adapter {
  readonly store: Store;
  readonly circuitBreakers = new CircuitBreakers();
  /** Calls under way, by request. */
  readonly calls = new Map<string, Call[]>();
  readonly openOperations = new Map<string, OpenOperation[]>();
  readonly operations = new Map<string, Operation>();
  readonly findings: Finding[] = [];

  constructor(
    private readonly world: World,
    readonly utility: Utility,
  ) {
    const name = `adapter-${utility}`;
    this.store = new Store(name, (event) => world.invariants.events.handle(name, event));
  }

  jobOf(requestId: string): Job | undefined {
    const row = this.store.rows.get(requestId) as Row | undefined;
    return row && jobOf(row);
  }

  handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): void {
    const desiredStates = records.map(({ body }) => JSON.parse(body) as JobDesired);
    const ids = [...new Set(desiredStates.map(({ requestId }) => requestId))];
    this.change(unitOfWork, ids, true, (jobs, context) => {
      for (const wanted of desiredStates)
        this.world.implementations.applyDesiredState(jobs.get(wanted.requestId)!, wanted, context);
    });
  }

  /** Takes a due operation for sending. */
  lease(requestId: string, { attempt }: OpenOperation, fault?: Fault): LeasedOperation {
    return this.store.run(fault, (unitOfWork) => {
      const job = jobOf(unitOfWork.get<Row>(requestId)!);
      const leased = lease(at(job, attempt), this.world.now);
      this.keep(unitOfWork, job);
      return leased;
    });
  }

  expire(requestId: string, fault?: Fault): void {
    this.store.run(fault, (unitOfWork) => {
      const job = jobOf(unitOfWork.get<Row>(requestId)!);
      for (const { attempt } of openOperationsOf(job.placements).filter((openOperation) =>
        isExpired(openOperation, this.world.now),
      ))
        expireLease(at(job, attempt), this.world.now);
      this.keep(unitOfWork, job);
    });
  }

  recordOutcome(requestId: string, { leased, outcome }: Call, fault?: Fault): void {
    this.act(requestId, fault, (job, context) => {
      const before = at(job, leased.operation.attempt);
      const state = before.state;
      this.world.implementations.recordOutcome(job, leased.operation.id, outcome!, RETRY_POLICY, context);
      if (outcome!.kind === 'taken' && outcome!.report)
        this.world.invariants.storage.stateReported(before, outcome!.report);
      if (outcome!.kind === 'refused' && leased.operation.kind === 'withdraw')
        this.world.invariants.storage.refusalChanged(before, state);
    });
  }

  retry(requestId: string, operation: string, fault?: Fault): void {
    this.act(requestId, fault, (job, context) => retryOperation(job, operation, context));
  }

  giveUp(requestId: string, operation: string, fault?: Fault): void {
    this.act(requestId, fault, (job, context) => giveUpOperation(job, operation, context));
  }

  /** Takes a report once; answers whether the provider may forget it. */
  acceptReport(pendingReport: PendingReport, fault?: Fault): boolean {
    const { requestId, attempt, provider, id, report } = pendingReport;
    return this.store.run(fault, (unitOfWork) => {
      let accepted = false;
      this.change(unitOfWork, [requestId], false, (jobs, context) => {
        const placement = jobs.get(requestId)?.placements.find((each) => each.attempt === attempt);
        accepted = placement?.desired.provider === provider;
        if (!accepted || unitOfWork.get(`report ${id}`)) return;
        const before = { ...placement! };
        const why = this.world.implementations.handleReport(jobs.get(requestId)!, attempt, report, context);
        this.world.invariants.storage.reportTaken(before, placement!, report, why === 'older');
        unitOfWork.put(`report ${id}`, true);
      });
      return accepted;
    });
  }

  private act(
    requestId: string,
    fault: Fault | undefined,
    decide: (job: Job, context: Context) => void,
  ): void {
    this.store.run(fault, (unitOfWork) =>
      this.change(unitOfWork, [requestId], false, (jobs, context) => decide(jobs.get(requestId)!, context)),
    );
  }

  private change(unitOfWork: UnitOfWork, ids: readonly string[], make: boolean, decide: Decide): void {
    const rows = ids.map(
      (requestId) => unitOfWork.get<Row>(requestId) ?? (make ? emptyRow(requestId) : undefined),
    );
    const jobs = new Map(rows.flatMap((row) => (row ? [[row.requestId, jobOf(row)]] : [])));
    decide(
      jobs,
      { now: this.world.now, catalogue: this.world.catalogue, newId: () => this.world.newId() },
      unitOfWork,
    );
    for (const job of jobs.values()) {
      recordFacts(job, this.utility, this.world.now);
      const before = rows.find((row) => row?.requestId === job.requestId)!.placements;
      if (JSON.stringify(job.placements) === before) continue;
      if (job.version > 0 || !isInitial(job)) {
        job.version += 1;
        unitOfWork.published.push(toProgressEvent(job, this.utility));
      }
      this.keep(unitOfWork, job);
    }
  }

  private keep(unitOfWork: UnitOfWork, job: Job): void {
    const operations = job.placements.flatMap(({ closed, operation }) => [
      ...closed,
      ...(operation ? [operation] : []),
    ]);
    for (const placement of job.placements) placement.closed = [];
    const { placements, findings, ...row } = job;
    unitOfWork.put(job.requestId, { ...row, placements: JSON.stringify(placements) });
    unitOfWork.afterCommit(() => {
      for (const operation of operations) this.operations.set(operation.id, operation);
      this.findings.push(...findings);
      this.openOperations.set(job.requestId, openOperationsOf(placements));
      this.world.invariants.storage.keepJob(this.utility, job, operations);
    });
  }
}

export const at = (job: Job, attempt: number): Placement =>
  job.placements.find((placement) => placement.attempt === attempt)!;

const emptyRow = (requestId: string): Row => ({
  requestId,
  version: 0,
  delivered: false,
  accepted: false,
  facts: [],
  placements: '[]',
});

const jobOf = ({ placements, ...job }: Row): Job => ({
  ...job,
  placements: JSON.parse(placements) as Placement[],
  findings: [],
});
