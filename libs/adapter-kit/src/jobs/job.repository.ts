import { ConcurrentInsert } from '@lianban/messaging';
import { Columns } from '@lianban/service-kit';
import { isTerminal, JobDesired, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';
import { toOperationBody } from './derive-operation.js';
import { newestOf, type Job, type Operation, type Placement } from './job.js';

type Dossier = JobDesired['dossier'];

/** A placement without what is wanted of it as a whole: the dossier stands beside it, once for each version. */
interface PlacementRow extends Omit<Placement, 'desired' | 'operation' | 'closed'> {
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
  delivered: boolean;
  accepted: boolean;
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
  dueDate: 'date',
  dueDateProvisional: 'boolean',
  correction: 'json',
  askedItems: 'json',
  reference: 'text',
  secondReference: 'text',
  withdrawal: 'text',
  withdrawalReason: 'text',
  refusedCancelReason: 'text',
  refusedWithdrawal: 'uuid',
  stages: 'json',
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
  delivered: 'boolean',
  accepted: 'boolean',
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

interface Taken {
  taken: ReadonlySet<Operation>;
  lease: number;
}

interface Rows {
  placement: PlacementRow;
  operation?: OperationRow;
}

/** The jobs of this adapter, loaded and stored a batch at a time; rows are locked in the order of their ids. */
export class JobRepository {
  private readonly before = new Map<Placement, Rows>();
  /** Which version a dossier belongs to. */
  private readonly versions = new Map<Dossier, number>();
  private readonly newDossiers: { requestId: string; version: number; body: Dossier }[] = [];

  constructor(
    private readonly manager: EntityManager,
    private readonly utility: Utility,
  ) {}

  /** Loads the jobs of these requests; one that does not exist is empty, and is in nobody's way until it is stored. */
  async loadOrCreate(requestIds: Iterable<string>): Promise<Map<string, Job>> {
    const ids = [...new Set(requestIds)].toSorted();
    const files = await this.load(ids);
    for (const requestId of ids)
      if (!files.has(requestId))
        files.set(requestId, {
          ...{ requestId, version: 0, delivered: false, accepted: false },
          ...{ facts: [], placements: [], findings: [] },
        });
    return files;
  }

  /** Loads the jobs of these requests and locks them; one that nobody desired yet is missing from the answer. */
  async load(requestIds: Iterable<string>): Promise<Map<string, Job>> {
    const ids = [...new Set(requestIds)].toSorted();
    const [, rows] = await Promise.all([
      this.manager.query(LOCK, [ids]),
      this.manager.query<LoadedRow[]>(LOAD, [ids]),
    ]);
    const files = new Map<string, Job>();
    for (const row of rows.toSorted(byAttempt)) this.addTo(files, row);
    return files;
  }

  private addTo(files: Map<string, Job>, row: LoadedRow): void {
    const { dossier, told } = row;
    const placementRow = PLACEMENT.read(row);
    const { jobVersion: version, delivered, accepted, facts, requestId } = placementRow;
    const operationRow = placementRow.operationId ? OPERATION.read(row, 'o.') : undefined;
    this.versions.set(dossier, placementRow.dossierVersion);
    const toldDossier = told ?? dossier;
    if (operationRow) this.versions.set(toldDossier, operationRow.dossierVersion);
    const placement = toPlacement(placementRow, this.utility, dossier);
    placement.operation = operationRow ? toOperation(operationRow, this.utility, toldDossier) : null;
    this.before.set(placement, { placement: placementRow, ...(operationRow && { operation: operationRow }) });
    const before = files.get(requestId);
    const placements = [...(before?.placements ?? []), placement];
    files.set(requestId, { requestId, version, delivered, accepted, facts, placements, findings: [] });
  }

  /** Has anything of this job been decided since it was loaded? */
  hasChanged = (file: Job): boolean =>
    file.placements.some((placement) => {
      const before = this.before.get(placement);
      const { operation } = placement;
      return (
        !before ||
        !PLACEMENT.areEqual(before.placement, this.toPlacementRow(placement, file)) ||
        Boolean(operation && !this.isStored(operation, before))
      );
    });

  private isStored = (operation: Operation, before: Rows | undefined): boolean =>
    before?.operation !== undefined && OPERATION.areEqual(before.operation, this.toOperationRow(operation));

  /** Names the version of what is wanted now; its dossier is stored with the job. */
  addDesired({ requestId, version, dossier }: JobDesired): void {
    this.versions.set(dossier, version);
    this.newDossiers.push({ requestId, version, body: dossier });
  }

  /**
   * Writes the rows that have changed, in one statement; what was taken for sending is leased for so many milliseconds of
   * the database's time. @throws ConcurrentInsert where a new job is no longer new
   */
  async save(files: readonly Job[], { taken, lease }: Taken): Promise<void> {
    if (files.length === 0) return;
    const created: PlacementRow[] = [];
    const changed: PlacementRow[] = [];
    const operations: object[] = [];
    for (const file of files)
      for (const placement of file.placements) {
        const before = this.before.get(placement);
        const row = this.toPlacementRow(placement, file);
        if (!before) created.push(row);
        else if (!PLACEMENT.areEqual(before.placement, row)) changed.push(row);
        for (const operation of placement.closed) operations.push(this.toOperationRow(operation));
        if (placement.operation && !this.isStored(placement.operation, before))
          operations.push({
            ...this.toOperationRow(placement.operation),
            lease: taken.has(placement.operation) ? lease : null,
          });
      }
    const used = new Set([...created, ...changed].map((row) => `${row.requestId} ${row.dossierVersion}`));
    const dossiers = this.newDossiers.filter(({ requestId, version }) => used.has(`${requestId} ${version}`));
    const [row] = await this.manager.query<{ created: number }[]>(
      SAVE,
      [created, changed, operations, dossiers].map((rows) => JSON.stringify(rows)),
    );
    if (row!.created < created.length)
      throw new ConcurrentInsert('another instance has stored the same job meanwhile');
  }

  /** Opens what was found, each once for its placement and kind; a job need not have changed for it. */
  async saveFindings(files: readonly Job[]): Promise<void> {
    const findings = files.flatMap((file) => file.findings);
    if (findings.length > 0) await this.manager.query(INSERT_FINDINGS, [JSON.stringify(findings)]);
  }

  private toPlacementRow(placement: Placement, file: Job): PlacementRow {
    const { desired, operation, closed: _, ...rest } = placement;
    const isNewest = placement === newestOf(file);
    const before = this.before.get(placement)?.placement;
    return {
      ...rest,
      desiredVersion: desired.version,
      dossierVersion: this.versions.get(desired.dossier)!,
      desiredProvider: desired.provider,
      promisedDate: desired.promisedDate,
      promisedDateProvisional: desired.promisedDateProvisional ?? false,
      cancelReason: desired.withdrawnFor ?? null,
      operationId: operation?.id ?? null,
      urgentOn: placement.dueDate ?? desired.promisedDate,
      isOpen: !isTerminal(placement.state),
      jobVersion: isNewest ? file.version : (before?.jobVersion ?? file.version),
      delivered: isNewest ? file.delivered : (before?.delivered ?? file.delivered),
      accepted: isNewest ? file.accepted : (before?.accepted ?? file.accepted),
      facts: isNewest ? file.facts : (before?.facts ?? file.facts),
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
  const carried = { utility, version, promisedDate, dossier, ...(reason && { withdrawnFor: reason }) };
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
    ...(cancelReason && { withdrawnFor: cancelReason }),
    dossier,
  });
  const { dossierVersion: _1, operationId: _2, urgentOn: _3, isOpen: _4, ...rest } = own;
  const { jobVersion: _5, delivered: _6, accepted: _7, facts: _8, ...placement } = rest;
  return { ...placement, desired, operation: null, closed: [] };
}

interface LoadedRow {
  attempt: number;
  dossier: Dossier;
  /** Where the operation in hand carries another one. */
  told: Dossier | null;
}

const byAttempt = (one: LoadedRow, other: LoadedRow): number => one.attempt - other.attempt;

const LEASE_END = `clock_timestamp() + n.lease * interval '1 millisecond'`;
const LEASED = OPERATION.values('n')
  .replace('n."leaseUntil"', `coalesce(${LEASE_END}, n."leaseUntil")`)
  .replace('n."inFlightUntil"', `coalesce(${LEASE_END}, n."inFlightUntil")`);

const LOCK = `select from placement where request_id = any($1::uuid[]) order by request_id, attempt for update`;

// In a statement of its own: one that waits for a lock does not see what was stored meanwhile beside the locked rows.
const LOAD = `select ${PLACEMENT.select('p')}, ${OPERATION.select('o', 'o.')}, d.body as dossier, t.body as told
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
    on conflict (request_id, attempt) do update set ${PLACEMENT.assignments}
  ), operated as (
    insert into operation (${OPERATION.names.join()})
    select ${LEASED} from json_to_recordset($3::json) n(${OPERATION.definition}, lease integer)
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
