import { ConcurrentInsert } from '@lianban/messaging';
import { Columns } from '@lianban/service-kit';
import { isTerminal, JobDesired, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import { Job } from './job.js';
import type { Capacity, JobRepository } from './job.repository.js';
import { toOperationBody, type LeasedOperation, type Operation } from './operation.js';
import { Placement, type PlacementState } from './placement.js';

type Dossier = JobDesired['dossier'];

/** A placement without what is wanted of it as a whole: the dossier stands beside it, once for each version. */
interface PlacementRow extends Omit<PlacementState, 'desired' | 'operation' | 'closed' | 'findings'> {
  desiredVersion: number;
  /** Version of the dossier that is wanted there. */
  dossierVersion: number;
  desiredProvider: string;
  promisedDate: string;
  promisedDateProvisional: boolean;
  cancelReason: string | null;
  operationId: string | null;
  /** By when somebody must act: what the workbench is ordered by. */
  urgentOn: string;
  isOpen: boolean;
  /** Of the job as a whole, in the row of its newest attempt. */
  jobVersion: number;
  publishedDigest: string | null;
  facts: Job['facts'];
}

interface OperationRow extends Omit<Operation, 'body'> {
  dossierVersion: number;
  promisedDate: string;
  reason: string | null;
}

export const PLACEMENT = new Columns<PlacementRow>({
  requestId: 'uuid',
  attempt: 'smallint',
  provider: 'text',
  desiredVersion: 'integer',
  dossierVersion: 'integer',
  desiredProvider: 'text',
  promisedDate: 'date',
  promisedDateProvisional: 'boolean',
  cancelReason: 'text',
  ackedVersion: 'integer',
  ackedDigest: 'text',
  refusedVersion: 'integer',
  superseded: 'boolean',
  state: 'text',
  highestState: 'text',
  since: 'timestamptz',
  reason: 'text',
  providerMessage: 'text',
  holder: 'text',
  holderDeadline: 'date',
  holderDeadlineProvisional: 'boolean',
  correction: 'json',
  askedItems: 'json',
  reference: 'text',
  secondReference: 'text',
  withdrawal: 'text',
  withdrawalReason: 'text',
  refusedCancelReason: 'text',
  refusedWithdrawal: 'uuid',
  stages: 'json',
  documents: 'json',
  lastSequence: 'bigint',
  lastReportAt: 'timestamptz',
  isLastReportAhead: 'boolean',
  changes: 'integer',
  changesSince: 'timestamptz',
  deferredUntil: 'timestamptz',
  claimedBy: 'text',
  operationId: 'uuid',
  urgentOn: 'date',
  isOpen: 'boolean',
  jobVersion: 'integer',
  publishedDigest: 'text',
  facts: 'json',
});

export const OPERATION = new Columns<OperationRow>({
  id: 'uuid',
  requestId: 'uuid',
  attempt: 'smallint',
  seq: 'smallint',
  provider: 'text',
  kind: 'text',
  version: 'integer',
  dossierVersion: 'integer',
  promisedDate: 'date',
  reason: 'text',
  status: 'text',
  outcomeUnknown: 'boolean',
  since: 'timestamptz',
  tries: 'integer',
  nextAt: 'timestamptz',
  leaseUntil: 'timestamptz',
  inFlightUntil: 'timestamptz',
  owner: 'text',
  lastError: 'text',
});

export interface LeaseSettings {
  leaseMs: number;
  /** Failures in a row after which a provider is sent one operation at a time. */
  circuitMaxFailures: number;
}

interface Rows {
  placement: PlacementRow;
  operation?: OperationRow;
}

/** Jobs in PostgreSQL; rows are locked in the order of their ids. */
export class SqlJobRepository implements JobRepository {
  private readonly before = new Map<Placement, Rows>();
  /** Which version a dossier belongs to. */
  private readonly versions = new Map<Dossier, number>();
  private newDossiers: { requestId: string; version: number; body: Dossier }[] = [];

  constructor(
    private readonly manager: EntityManager,
    private readonly utility: Utility,
    private readonly settings: LeaseSettings,
  ) {}

  newId(): string {
    return v7();
  }

  async loadOrCreate(desired: readonly JobDesired[]): Promise<Map<string, Job>> {
    const jobs = await this.load(desired.map(({ requestId }) => requestId));
    for (const { requestId, version, dossier } of desired) {
      if (!jobs.has(requestId)) jobs.set(requestId, new Job(requestId, this.utility));
      this.versions.set(dossier, version);
      this.newDossiers.push({ requestId, version, body: dossier });
    }
    return jobs;
  }

  async load(requestIds: Iterable<string>): Promise<Map<string, Job>> {
    const ids = [...new Set(requestIds)].toSorted();
    const [, rows] = await Promise.all([
      this.manager.query(LOCK, [ids]),
      this.manager.query<LoadedRow[]>(LOAD, [ids]),
    ]);
    const jobs = new Map<string, Job>();
    for (const row of rows.toSorted(byAttempt)) this.addTo(jobs, row);
    return jobs;
  }

  private addTo(jobs: Map<string, Job>, row: LoadedRow): void {
    const { dossier, carried } = row;
    const placementRow = PLACEMENT.read(row);
    const { jobVersion: version, publishedDigest, facts, requestId } = placementRow;
    const operationRow = placementRow.operationId ? OPERATION.read(row, 'o.') : undefined;
    this.versions.set(dossier, placementRow.dossierVersion);
    const carriedDossier = carried ?? dossier;
    if (operationRow) this.versions.set(carriedDossier, operationRow.dossierVersion);
    const placement = toPlacement(placementRow, this.utility, dossier);
    placement.operation = operationRow ? toOperation(operationRow, this.utility, carriedDossier) : null;
    this.before.set(placement, { placement: placementRow, ...(operationRow && { operation: operationRow }) });
    const job = jobs.get(requestId) ?? new Job(requestId, this.utility);
    job.placements.push(placement);
    jobs.set(requestId, Object.assign(job, { version, publishedDigest, facts }));
  }

  private isStored = (operation: Operation, before: Rows | undefined): boolean =>
    before?.operation !== undefined && OPERATION.areEqual(before.operation, this.toOperationRow(operation));

  async save(jobs: Iterable<Job>, leased: ReadonlySet<Operation>): Promise<void> {
    const all = [...jobs];
    await this.saveRows(all, leased);
    const findings = all.flatMap((job) => job.findings());
    if (findings.length > 0) await this.manager.query(INSERT_FINDINGS, [JSON.stringify(findings)]);
    const seconds = findings.filter(({ reference }) => reference !== undefined);
    if (seconds.length > 0) await this.manager.query(INSERT_SECOND_ORDERS, [JSON.stringify(seconds)]);
  }

  /** Writes the rows that have changed, in one statement; leases begin by the time of the database. */
  private async saveRows(jobs: readonly Job[], leased: ReadonlySet<Operation>): Promise<void> {
    const created: PlacementRow[] = [];
    const changed: PlacementRow[] = [];
    const operations: object[] = [];
    for (const job of jobs)
      for (const placement of job.placements) {
        const { operation, closed } = placement;
        const before = this.before.get(placement);
        const row = this.toPlacementRow(placement, job);
        if (!before) created.push(row);
        else if (!PLACEMENT.areEqual(before.placement, row)) changed.push(row);
        for (const each of closed) operations.push(this.toOperationRow(each));
        if (operation && leased.has(operation))
          operations.push({
            ...this.toOperationRow(operation),
            status: 'sending',
            lease: this.settings.leaseMs,
          });
        else if (operation && !this.isStored(operation, before))
          operations.push(this.toOperationRow(operation));
      }
    if (created.length + changed.length + operations.length === 0) return;
    const used = new Set([...created, ...changed].map((row) => `${row.requestId} ${row.dossierVersion}`));
    const dossiers = this.newDossiers.filter(({ requestId, version }) => used.has(`${requestId} ${version}`));
    const [row] = await this.manager.query<{ created: number }[]>(
      SAVE,
      [created, changed, operations, dossiers].map((rows) => JSON.stringify(rows)),
    );
    if (row!.created < created.length)
      throw new ConcurrentInsert('another instance has stored the same job meanwhile');
  }

  async leaseDue(capacities: readonly Capacity[]): Promise<LeasedOperation[]> {
    const rows = await this.manager.query<{ dossier: Dossier; mayBeInFlight: boolean }[]>(LEASE, [
      capacities.map(({ provider }) => provider),
      capacities.map(({ free }) => free),
      this.settings.leaseMs,
      this.settings.circuitMaxFailures,
    ]);
    return rows.map((row) => ({
      ...toOperation(OPERATION.read(row), this.utility, row.dossier),
      mayBeInFlight: row.mayBeInFlight,
    }));
  }

  async expireLeases(): Promise<void> {
    await this.manager.query(EXPIRE);
  }

  private toPlacementRow(placement: Placement, job: Job): PlacementRow {
    const { desired, operation, closed: _1, findings: _2, ...rest } = placement;
    const { version: jobVersion, publishedDigest, facts } = job;
    const ofJob = { jobVersion, publishedDigest, facts };
    const isNewest = placement === job.newest();
    return {
      ...rest,
      desiredVersion: desired.version,
      dossierVersion: this.versions.get(desired.dossier)!,
      desiredProvider: desired.provider,
      promisedDate: desired.promisedDate,
      promisedDateProvisional: desired.promisedDateProvisional ?? false,
      cancelReason: desired.cancelReason ?? null,
      operationId: operation?.id ?? null,
      urgentOn: placement.holderDeadline ?? desired.promisedDate,
      isOpen: !isTerminal(placement.state),
      ...(isNewest ? ofJob : pickOfJob(this.before.get(placement)?.placement ?? ofJob)),
    };
  }

  private toOperationRow({ body, ...operation }: Operation): OperationRow {
    return {
      ...operation,
      dossierVersion: this.versions.get(body.dossier)!,
      promisedDate: body.promisedDate,
      reason: body.reason ?? null,
    };
  }
}

/** An operation as it stands in its row, with the dossier that it carries. */
export function toOperation(
  { dossierVersion: _, promisedDate, reason, ...row }: OperationRow,
  utility: Utility,
  dossier: Dossier,
): Operation {
  const { version } = row;
  const carried = { utility, version, promisedDate, dossier, ...(reason && { cancelReason: reason }) };
  return { ...row, body: toOperationBody(row, carried) };
}

/** A placement as it stands in its row, without its operation. */
export function toPlacement(row: PlacementRow, utility: Utility, dossier: Dossier): Placement {
  const { requestId, attempt } = row;
  const { desiredVersion, desiredProvider, promisedDate, promisedDateProvisional, cancelReason, ...own } =
    row;
  const desired = Object.assign(new JobDesired(), {
    ...{ requestId, utility, attempt, version: desiredVersion, provider: desiredProvider, promisedDate },
    ...(promisedDateProvisional && { promisedDateProvisional }),
    ...(cancelReason && { cancelReason: cancelReason }),
    dossier,
  });
  const { dossierVersion: _1, operationId: _2, urgentOn: _3, isOpen: _4, ...rest } = own;
  const { jobVersion: _5, publishedDigest: _6, facts: _7, ...placement } = rest;
  return Placement.from({ ...placement, desired, operation: null });
}

const pickOfJob = ({
  jobVersion,
  publishedDigest,
  facts,
}: Pick<PlacementRow, 'jobVersion' | 'publishedDigest' | 'facts'>) => ({
  jobVersion,
  publishedDigest,
  facts,
});

interface LoadedRow {
  attempt: number;
  dossier: Dossier;
  /** Where the operation in hand carries another one. */
  carried: Dossier | null;
}

const byAttempt = (one: LoadedRow, other: LoadedRow): number => one.attempt - other.attempt;

const LEASE_END = `clock_timestamp() + n.lease * interval '1 millisecond'`;
const LEASED = OPERATION.values('n')
  .replace('n."leaseUntil"', `coalesce(${LEASE_END}, n."leaseUntil")`)
  .replace('n."inFlightUntil"', `coalesce(${LEASE_END}, n."inFlightUntil")`);

const LOCK = `select from placement where request_id = any($1::uuid[]) order by request_id, attempt for update`;

// In a statement of its own: one that waits for a lock does not see what was stored meanwhile beside the locked rows.
const LOAD = `select ${PLACEMENT.select('p')}, ${OPERATION.select('o', 'o.')}, d.body as dossier, t.body as carried
  from placement p join dossier d on d.request_id = p.request_id and d.version = p.dossier_version
  left join operation o on o.id = p.operation_id
  left join dossier t on t.request_id = o.request_id and t.version = o.dossier_version
    and o.dossier_version <> p.dossier_version
  where p.request_id = any($1::uuid[])`;

const SAVE = `with created as (
    insert into placement (${PLACEMENT.names.join()})
    select ${PLACEMENT.values('n')} from json_to_recordset($1::json) n(${PLACEMENT.definition})
    on conflict do nothing returning attempt
  ), changed as (
    insert into placement (${PLACEMENT.names.join()})
    select ${PLACEMENT.values('n')} from json_to_recordset($2::json) n(${PLACEMENT.definition})
    on conflict (request_id, attempt) do update set ${PLACEMENT.assignments}, changed_on = current_date
  ), operated as (
    insert into operation (${OPERATION.names.join()})
    select ${LEASED} from json_to_recordset($3::json) n(${OPERATION.definition}, lease integer)
    where (select count(*) from created) = json_array_length($1::json)
    on conflict (id) do update set ${OPERATION.assignments}
  ), dossiers as (
    insert into dossier (request_id, version, body)
    select "requestId", version, body from json_to_recordset($4::json) n("requestId" uuid, version integer, body json)
    on conflict do nothing
  )
  select count(*)::int as created from created`;

const INSERT_FINDINGS = `insert into finding (id, request_id, attempt, provider, kind, owner, at)
  select id, "requestId", attempt, provider, kind, owner, at
  from jsonb_to_recordset($1::jsonb) n(id uuid, "requestId" uuid, attempt integer, provider text, kind text, owner text, at timestamptz)
  on conflict do nothing`;

const INSERT_SECOND_ORDERS = `insert into second_order (request_id, attempt, reference, provider)
  select "requestId", attempt, reference, provider
  from jsonb_to_recordset($1::jsonb) n("requestId" uuid, attempt smallint, reference text, provider text)
  on conflict do nothing`;

const LEASE = `with due as (
    select o.id from unnest($1::text[], $2::int[]) r(provider, free)
    left join provider_circuit l on l.provider = r.provider
    cross join lateral (
      select o.id from operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
      where o.provider = r.provider and o.status in ('pending', 'failing', 'unknown') and o.next_at <= now()
      order by o.next_at limit case when l.failures >= $4::int then 1 else r.free end
      for update of o, p skip locked) o
    where (l.open_until is null or l.open_until <= now())
      and not exists (select from provider_status s where s.provider = r.provider and s.paused_at is not null)),
  taken as (
    update operation o set status = 'sending', lease_until = now() + $3::int * interval '1 millisecond',
      in_flight_until = case when o.outcome_unknown then o.in_flight_until else now() + $3::int * interval '1 millisecond' end
    from due where o.id = due.id returning o.*)
  select ${OPERATION.select('o')}, d.body as dossier, o.outcome_unknown and o.in_flight_until > now() as "mayBeInFlight"
  from taken o join dossier d on d.request_id = o.request_id and d.version = o.dossier_version`;

const EXPIRE = `update operation set status = 'unknown', outcome_unknown = true, next_at = now()
  where id in (select o.id from operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
    where o.status = 'sending' and o.lease_until < now() limit 500 for update of o, p skip locked)`;
