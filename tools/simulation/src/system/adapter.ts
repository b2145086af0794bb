import {
  isOpen,
  JobStore,
  MemoryJobRepository,
  type Context,
  type Finding,
  type Job,
  type JobReport,
  type LeasedOperation,
  type Operation,
  type OperationSender,
} from '@lianban/adapter-kit/domain';
import type { JobDesired, Utility } from '@lianban/contracts';
import type { Fault } from '../steps.js';
import type { World } from '../world.js';
import { LEASE_MS, type Call } from './calls.js';
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

const RETRY_POLICY = {
  maxTries: 6,
  delayAfterMs: (tries: number) => Math.min(300_000, 1_000 * 2 ** Math.max(0, tries - 1)),
};
const CONFIG = { reportChangesPerHour: Infinity };
/** What is due is always leased by a step of its own. */
const SENDER: OperationSender = { reserve: () => false, wake: () => {} };

/** An adapter: the kit's jobs over rows in memory. */
export class Adapter {
  readonly store: Store;
  readonly circuitBreakers = new CircuitBreakers();
  /** Calls under way, by request. */
  readonly calls = new Map<string, Call[]>();
  /** Open operations, by request. */
  readonly openOperations = new Map<string, Operation[]>();
  readonly operations = new Map<string, Operation>();
  readonly findings: Finding[] = [];

  constructor(
    private readonly world: World,
    readonly utility: Utility,
  ) {
    const name = `adapter-${utility}`;
    this.store = new Store(name, (event) => world.invariants.events.handle(name, event));
  }

  async jobOf(requestId: string): Promise<Job | undefined> {
    const repository = this.repositoryOf(this.store.begin(), requestId);
    return (await repository.load([requestId])).get(requestId);
  }

  async handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): Promise<void> {
    const desired = records.map(({ body }) => JSON.parse(body) as JobDesired);
    await this.jobsOf(unitOfWork).updateDesired(unitOfWork.at(this.world.now), desired, (jobs, context) => {
      for (const each of desired)
        this.world.implementations.applyDesiredState(jobs.get(each.requestId)!, each, context);
    });
    await this.observe(unitOfWork);
  }

  /** Takes a due operation of this provider for sending. */
  lease(requestId: string, provider: string, fault?: Fault): Promise<LeasedOperation> {
    return this.run(fault, async (unitOfWork) => {
      const [leased] = await this.repositoryOf(unitOfWork, requestId).leaseDue([{ provider, free: 1 }]);
      return leased!;
    });
  }

  expire(requestId: string, fault?: Fault): Promise<void> {
    return this.run(fault, (unitOfWork) => this.repositoryOf(unitOfWork, requestId).expireLeases());
  }

  recordOutcome(requestId: string, { leased, outcome }: Call, fault?: Fault): Promise<void> {
    return this.update(requestId, fault, (job, context) => {
      const placement = job!.find(leased.attempt)!;
      const { state } = placement;
      this.world.implementations.recordOutcome(job!, leased.id, outcome!, RETRY_POLICY, context);
      const { storage } = this.world.invariants;
      if (outcome!.kind === 'taken' && outcome!.report) storage.stateReported(placement, outcome!.report);
      if (outcome!.kind === 'refused' && leased.kind === 'withdraw') storage.checkRefusal(placement, state);
    });
  }

  retry(requestId: string, operation: string, fault?: Fault): Promise<void> {
    return this.update(requestId, fault, (job, context) => job!.retryOperation(operation, context));
  }

  giveUp(requestId: string, operation: string, fault?: Fault): Promise<void> {
    return this.update(requestId, fault, (job, context) => job!.giveUpOperation(operation, context));
  }

  /** Takes a report once; answers whether the provider may forget it. */
  async acceptReport(pendingReport: PendingReport, fault?: Fault): Promise<boolean> {
    const { requestId, attempt, provider, id, report } = pendingReport;
    let accepted = false;
    await this.update(requestId, fault, (job, context, unitOfWork) => {
      const placement = job?.find(attempt);
      accepted = placement?.desired.provider === provider;
      if (!accepted || unitOfWork.get(`report ${id}`)) return;
      const before = { ...placement! };
      const why = this.world.implementations.handleReport(job!, attempt, report, context);
      this.world.invariants.storage.checkReport(before, placement!, report, why === 'older');
      unitOfWork.put(`report ${id}`, true);
    });
    return accepted;
  }

  private update(
    requestId: string,
    fault: Fault | undefined,
    decide: (job: Job | undefined, context: Context, unitOfWork: UnitOfWork) => void,
  ): Promise<void> {
    return this.run(fault, (unitOfWork) =>
      this.jobsOf(unitOfWork).update(unitOfWork.at(this.world.now), [requestId], (jobs, context) =>
        decide(jobs.get(requestId), context, unitOfWork),
      ),
    );
  }

  private run<T>(fault: Fault | undefined, act: (unitOfWork: UnitOfWork) => Promise<T>): Promise<T> {
    return this.store.run(fault, async (unitOfWork) => {
      const result = await act(unitOfWork);
      await this.observe(unitOfWork);
      return result;
    });
  }

  private jobsOf(unitOfWork: UnitOfWork): JobStore {
    return new JobStore(this.world.catalogue, SENDER, () => this.repositoryOf(unitOfWork), CONFIG);
  }

  /** One that sees this request alone, so that what a step does means the same where others are left out. */
  private repositoryOf(unitOfWork: UnitOfWork, requestId?: string): MemoryJobRepository {
    const rows = unitOfWork.rowsOf(requestId ? [`job ${requestId}`] : []);
    return new MemoryJobRepository(rows, this.utility, this.world.now, LEASE_MS, () => this.world.newId());
  }

  /** Looks at what this transaction has written, once it is committed. */
  private async observe(unitOfWork: UnitOfWork): Promise<void> {
    const written = <T>(table: string): T[] =>
      [...unitOfWork.rows].flatMap(([key, row]) =>
        key.startsWith(`${table} `) ? [JSON.parse(row as string) as T] : [],
      );
    const [operations, findings] = [written<Operation>('operation'), written<Finding>('finding')];
    const ids = [...unitOfWork.rows.keys()].flatMap((key) => (key.startsWith('job ') ? [key.slice(4)] : []));
    const jobs = await this.repositoryOf(unitOfWork).load(ids);
    unitOfWork.afterCommit(() => {
      for (const operation of operations) this.operations.set(operation.id, operation);
      this.findings.push(...findings);
      for (const [requestId, job] of jobs) {
        const ofJob = [...operations.filter((each) => each.requestId === requestId), ...job.operations()];
        const distinct = [...new Map(ofJob.map((each) => [each.id, each])).values()];
        this.openOperations.set(requestId, job.operations().filter(isOpen));
        this.world.invariants.storage.checkJob(this.utility, job, distinct);
      }
    });
  }
}
