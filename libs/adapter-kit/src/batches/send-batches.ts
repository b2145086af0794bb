import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Utility } from '@lianban/contracts';
import { RequestTraces, Transaction, type UnitOfWork } from '@lianban/messaging';
import { Log, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, leaseMs, retryPolicyOf } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { CircuitBreaker } from '../delivery/circuit-breaker.js';
import { ProviderMetrics } from '../delivery/provider-metrics.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import {
  NeverSendable,
  ProviderUnavailable,
  ProviderUnknown,
  type BatchFile,
  type BatchWriter,
} from '../drivers/utility-driver.js';
import { JobStore } from '../jobs/job-store.js';
import type { Operation, OperationBody } from '../jobs/operation.js';
import type { Outcome } from '../jobs/outcome.js';
import { OPERATION, toOperation } from '../jobs/sql-job.repository.js';

type Carried = Pick<Operation, 'id' | 'requestId' | 'kind' | 'tries'>;

interface Batch extends BatchFile {
  /** In the order in which they stand in the file. */
  operations: Carried[];
  /** By the database. */
  leasedUntil: string;
}

type SendOutcome = { kind: 'taken' } | { kind: 'unknown'; error: string; countsAsTry: boolean };

/** Another try would end the same. */
const NO_MORE_TRIES = 0;

/**
 * Sends providers that are told in files what is due, one file at a time for each provider and one instance at a time. The file is stored with
 * its name before it is sent, and sent again as it is until it lies there: then its operations are delivered, and it is deleted.
 */
@Injectable()
export class SendBatches implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tasks: RepeatingTask[];
  private isStopping = false;

  constructor(
    drivers: DriverRegistry,
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly metrics: ProviderMetrics,
    private readonly traces: RequestTraces,
    private readonly log: Log,
    @Inject(UTILITY) private readonly utility: Utility,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.tasks = drivers.batched().map(
      ([provider, batches]) =>
        new RepeatingTask(
          () => this.sendAll(provider, batches),
          ({ message }) => log.warn(`${provider} is sent no file now: ${message}`),
        ),
    );
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start(this.config.deliveryBatchMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.tasks.map((task) => task.stop()));
  }

  private async sendAll(provider: string, batches: BatchWriter): Promise<void> {
    await this.circuitBreaker.load();
    for (let isFull = true; isFull && !this.isStopping;) isFull = await this.sendOne(provider, batches);
  }

  /** Answers whether there may be more. */
  private async sendOne(provider: string, batches: BatchWriter): Promise<boolean> {
    const batch = (await this.leaseOpen(provider)) ?? (await this.gather(provider, batches));
    if (!batch) return false;
    const { name, operations } = batch;
    const sending = this.send(provider, batches, batch);
    await Promise.all(operations.map((each) => this.trace(provider, each, sending)));
    const { outcome, maxTries } = await sending;
    await this.record(provider, batch, outcome, maxTries);
    const about = { provider, file: name, operations: operations.length };
    if (outcome.kind === 'taken') this.log.log('file delivered', about);
    else this.log.warn('file not delivered', { ...about, error: outcome.error });
    return outcome.kind === 'taken' && operations.length >= batches.maxOperations;
  }

  /** The file that an earlier try, or an instance that has ended, has left. */
  private async leaseOpen(provider: string): Promise<Batch | undefined> {
    const [batch] = await this.dataSource.query<Batch[]>(LEASE_OPEN, [provider, leaseMs(this.config)]);
    return batch;
  }

  private gather(provider: string, batches: BatchWriter): Promise<Batch | undefined> {
    return this.transaction.run(async (work) => {
      const rows = await work.manager.query<{ dossier: OperationBody['dossier'] }[]>(GATHER, [
        provider,
        batches.maxOperations,
      ]);
      if (rows.length === 0) return undefined;
      const due = rows.map((row) => toOperation(OPERATION.read(row as never), this.utility, row.dossier));
      const { name, bytes, unwritable } = await batches.write(due.map(({ body }) => body));
      await this.park(work, due, unwritable);
      const operations = due.filter(({ id }) => !unwritable.has(id));
      if (operations.length === 0) return undefined;
      const ids = operations.map(({ id }) => id);
      const [stored] = await work.manager.query<Pick<Batch, 'leasedUntil'>[]>(STORE, [
        ...[provider, name, bytes, ids],
        leaseMs(this.config),
      ]);
      if (!stored) throw new Error('another instance has gathered a file meanwhile');
      return { name, bytes, operations, ...stored };
    });
  }

  private async park(
    work: UnitOfWork,
    due: readonly Operation[],
    reasons: ReadonlyMap<string, string>,
  ): Promise<void> {
    const parked = due.filter(({ id }) => reasons.has(id));
    if (parked.length === 0) return;
    await this.recordAll(work, parked, NO_MORE_TRIES, ({ id }) => ({
      ...{ kind: 'not-sent', error: reasons.get(id)!, countsAsTry: true },
    }));
  }

  /** No transaction is open meanwhile. */
  private async send(
    provider: string,
    batches: BatchWriter,
    file: BatchFile,
  ): Promise<{ outcome: SendOutcome; maxTries?: number }> {
    const from = performance.now();
    const { outcome, away, maxTries } = await batches
      .send(file)
      .then(() => ({ outcome: { kind: 'taken' } as const, away: false, maxTries: undefined }), failureOf);
    this.metrics.noteCall(provider, outcome.kind, from);
    if (!away) {
      this.metrics.noteHeard(provider);
      await this.circuitBreaker.recordSuccess(provider);
    } else await this.circuitBreaker.recordFailure(provider);
    return { outcome, maxTries };
  }

  private trace(
    provider: string,
    { id, requestId, kind, tries }: Carried,
    sending: Promise<{ outcome: SendOutcome }>,
  ): Promise<unknown> {
    const attributes = {
      'lianban.provider': provider,
      'lianban.operation.id': id,
      'lianban.operation.kind': kind,
      'lianban.operation.tries': tries,
    };
    return this.traces.call(
      requestId,
      `${kind} ${this.utility}`,
      attributes,
      () => sending,
      ({ outcome }) => ({ outcome: outcome.kind, isError: outcome.kind !== 'taken' }),
    );
  }

  /** Not where the lease has gone to another instance: that one comes to the same end. */
  private record(
    provider: string,
    { operations, leasedUntil }: Batch,
    outcome: SendOutcome,
    maxTries = this.config.deliveryMaxTries,
  ): Promise<void> {
    return this.transaction.run(async (work) => {
      const mine = await work.manager.query<unknown[]>(LOCK, [provider, leasedUntil]);
      if (mine.length === 0) return;
      await this.recordAll(work, operations, maxTries, () => outcome);
      await work.manager.query(END, [provider]);
      await work.manager.query(RELEASE, [provider]);
    });
  }

  private recordAll(
    work: UnitOfWork,
    operations: readonly Carried[],
    maxTries: number,
    outcomeOf: (operation: Carried) => Outcome,
  ): Promise<void> {
    const retryPolicy = { ...retryPolicyOf(this.config), maxTries };
    const requestIds = operations.map(({ requestId }) => requestId);
    return this.jobs.update(work, requestIds, (jobs, context) => {
      for (const each of operations)
        jobs.get(each.requestId)!.recordOutcome(each.id, outcomeOf(each), retryPolicy, context);
    });
  }
}

/** The provider may have the file, whatever went wrong: its operations stay as they are. While it is away, trying costs them nothing. */
function failureOf(error: unknown): { outcome: SendOutcome; away: boolean; maxTries?: number } {
  const away = (error instanceof ProviderUnavailable || error instanceof ProviderUnknown) && error.away;
  const { message } = error as Error;
  return {
    outcome: { kind: 'unknown', error: message, countsAsTry: !away },
    away,
    ...(error instanceof NeverSendable && { maxTries: NO_MORE_TRIES }),
  };
}

const MAY_BE_TOLD = `not exists (select from provider_circuit where provider = $1 and open_until > now())
    and not exists (select from provider_status where provider = $1 and paused_at is not null)`;

// Operations in a file are leased for as long as it is open: the file's own lease says who sends it.
const LEASE_OPEN = `with leased as (
    update batch b set leased_until = clock_timestamp() + $2::integer * interval '1 millisecond'
    where b.provider = $1 and b.leased_until < now() and ${MAY_BE_TOLD}
      and not exists (select from operation where id = any(b.operations) and status = 'unknown' and next_at > now())
    returning name, bytes, operations, leased_until),
  locked as (
    select o.id from leased, operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
    where o.id = any(leased.operations) and o.status in ('sending', 'unknown')
    order by p.request_id, p.attempt for update of p, o),
  sending as (
    update operation o set status = 'sending', lease_until = null from locked where o.id = locked.id
    returning o.id, o.request_id as "requestId", o.kind, o.tries)
  select name, bytes, leased_until::text as "leasedUntil",
    (select coalesce(json_agg(sending order by array_position(operations, id)), '[]') from sending) as operations
  from leased`;

const GATHER = `with due as (
    select o.id from operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
    where o.provider = $1 and o.status in ('pending', 'failing', 'unknown') and o.next_at <= now()
      and not exists (select from batch where provider = $1) and ${MAY_BE_TOLD}
    order by o.next_at, o.id limit $2 for update of o, p skip locked),
  sending as (
    update operation o set status = 'sending', lease_until = null from due where o.id = due.id returning o.*)
  select ${OPERATION.select('o')}, d.body as dossier
  from sending o join dossier d on d.request_id = o.request_id and d.version = o.dossier_version
  order by o.next_at, o.id`;

const STORE = `insert into batch (provider, name, bytes, operations, leased_until)
  values ($1, $2, $3, $4::uuid[], clock_timestamp() + $5::integer * interval '1 millisecond')
  on conflict do nothing returning leased_until::text as "leasedUntil"`;

const LOCK = `select from batch where provider = $1 and leased_until = $2::timestamptz for update`;

/** It lies there, or an operator looks at each of its operations. */
const END = `delete from batch b where provider = $1
  and not exists (select from operation where id = any(b.operations) and status in ('sending', 'unknown'))`;

const RELEASE = `update batch set leased_until = '-infinity' where provider = $1`;
