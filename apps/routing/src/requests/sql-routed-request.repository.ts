import type { Calendar } from '@lianban/catalogue';
import type { DossierChanged } from '@lianban/contracts';
import { ConcurrentInsert } from '@lianban/messaging';
import { Columns } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import { nextCheckDate } from './deadlines.js';
import type { RoutedJob } from './routed-job.js';
import type { PublicDossier } from './dossier-views.js';
import { RoutedRequest } from './routed-request.js';
import type { RoutedRequestRepository } from './routed-request.repository.js';

/** Requests in PostgreSQL; a version guards each of them. */
export class SqlRoutedRequestRepository implements RoutedRequestRepository {
  constructor(private readonly manager: EntityManager) {}

  async load(requestIds: Iterable<string>): Promise<Map<string, RoutedRequest>> {
    const rows = await this.manager.query<Row[]>(LOAD, [[...new Set(requestIds)]]);
    const requests = new Map<string, RoutedRequest>();
    for (const row of rows.toSorted((a, b) =>
      a.request_id === b.request_id ? a.position - b.position : a.request_id < b.request_id ? -1 : 1,
    )) {
      const request = requests.get(row.request_id) ?? toRequest(row);
      requests.set(row.request_id, request);
      request.jobs.push(JOB.read(row));
    }
    return requests;
  }

  async loadOrCreate(requestIds: readonly string[]): Promise<Map<string, RoutedRequest>> {
    const requests = await this.load(requestIds);
    for (const id of requestIds) if (!requests.has(id)) requests.set(id, new RoutedRequest(id));
    return requests;
  }

  loadRunning(after: string, limit: number): Promise<Map<string, RoutedRequest>> {
    return this.loadWithDossiers(
      `select request_id from routed_request where ended_at is null and request_id > $1
       order by request_id limit $2 for update`,
      [after, limit],
    );
  }

  loadDue(today: string, limit: number): Promise<Map<string, RoutedRequest>> {
    return this.loadWithDossiers(
      `select request_id from routed_request where next_check_on <= $1
       order by next_check_on, request_id limit $2 for update skip locked`,
      [today, limit],
    );
  }

  loadForUpdate(requestId: string): Promise<Map<string, RoutedRequest>> {
    return this.loadWithDossiers('select request_id from routed_request where request_id = $1 for update', [
      requestId,
    ]);
  }

  private async loadWithDossiers(sql: string, values: unknown[]): Promise<Map<string, RoutedRequest>> {
    const ids = await this.manager.query<{ request_id: string }[]>(sql, values);
    if (ids.length === 0) return new Map();
    const requests = await this.load(ids.map(({ request_id }) => request_id));
    const rows = await this.manager.query<{ body: DossierChanged }[]>(
      'select body from dossier where request_id = any($1::uuid[])',
      [[...requests.keys()]],
    );
    for (const { body } of rows) requests.get(body.requestId)!.dossier = body;
    return requests;
  }

  async save(requests: readonly RoutedRequest[], calendar: Calendar): Promise<void> {
    if (requests.length === 0) return;
    const rows = requests.map((request) => toRow(request, calendar));
    const jobRows = requests.flatMap(({ requestId, jobs, changedJobs }) =>
      [...changedJobs].map((job) => ({ requestId, position: jobs.indexOf(job), ...job })),
    );
    const dossiers = requests.flatMap(({ dossier, dossierVersion, storedDossierVersion }) =>
      dossier && dossierVersion > storedDossierVersion ? [dossier] : [],
    );
    const [row] = await this.manager.query<{ stored: number }[]>(SAVE, [
      JSON.stringify(rows.filter(({ version }) => version === 1)),
      JSON.stringify(rows.filter(({ version }) => version > 1)),
      JSON.stringify(jobRows),
      `[${dossiers.map((dossier) => JSON.stringify({ id: dossier.requestId, version: dossier.version, body: dossier })).join()}]`,
    ]);
    if (row!.stored < requests.length)
      throw new ConcurrentInsert('another instance has stored the same request');
  }
}

const JOB = new Columns<RoutedJob>({
  utility: 'text',
  provider: 'text',
  attempt: 'smallint',
  desiredVersion: 'integer',
  desiredDigest: 'text',
  cancelReason: 'text',
  cancelledByApplicant: 'boolean',
  progressVersion: 'integer',
  state: 'text',
  stateSince: 'timestamptz',
  reason: 'text',
  holder: 'text',
  holderDeadline: 'date',
  holderDeadlineProvisional: 'boolean',
  delivered: 'boolean',
  accepted: 'boolean',
  operationKind: 'text',
  operationDelivery: 'text',
  operationSince: 'timestamptz',
  reference: 'text',
  stages: 'json',
  documents: 'json',
  correction: 'json',
  closedCorrections: 'json',
  withdrawal: 'text',
  withdrawalReason: 'text',
  limitDays: 'smallint',
  promisedDate: 'date',
  slaDate: 'date',
  slaProvisional: 'boolean',
  stoppedOn: 'date',
  stops: 'json',
  clockSince: 'timestamptz',
  remindedOf: 'date',
  missedDeadline: 'date',
  deadlineOutcome: 'text',
  reroutedFor: 'text',
});

type Row = RoutedJob & {
  request_id: string;
  position: number;
  version: number;
  dossier_version: number;
  public_dossier: PublicDossier;
  facts: RoutedRequest['facts'];
  ended_at: Date | null;
};

const LOAD = `select r.request_id, r.version, r.dossier_version, r.public_dossier, r.facts, r.ended_at, j.position,
    ${JOB.select('j')}
  from routed_request r join routed_job j using (request_id)
  where r.request_id = any($1::uuid[])`;

const REQUEST_ROW = `"requestId" uuid, version integer, "dossierVersion" integer, "publicDossier" json, facts json,
  "endedAt" timestamptz, "nextCheckOn" date`;

const SAVE = `with created as (
    insert into routed_request (request_id, version, dossier_version, public_dossier, facts, ended_at, next_check_on)
    select * from json_to_recordset($1::json) n(${REQUEST_ROW}) on conflict do nothing returning request_id
  ), updated as (
    update routed_request r set version = n.version, dossier_version = n."dossierVersion",
      public_dossier = n."publicDossier", facts = n.facts, ended_at = n."endedAt", next_check_on = n."nextCheckOn", changed_on = current_date
    from json_to_recordset($2::json) n(${REQUEST_ROW})
    where r.request_id = n."requestId" and r.version = n.version - 1 returning r.request_id
  ), jobs as (
    insert into routed_job (request_id, position, ${JOB.names.join()})
    select n."requestId", n.position, ${JOB.values('n')}
    from json_to_recordset($3::json) n("requestId" uuid, position smallint, ${JOB.definition})
    on conflict (request_id, utility) do update set ${JOB.assignments}
  ), dossiers as (
    insert into dossier (request_id, version, body)
    select id, version, body from json_to_recordset($4::json) n(id uuid, version integer, body json)
    on conflict (request_id) do update set version = excluded.version, body = excluded.body
  )
  select (select count(*) from created)::int + (select count(*) from updated)::int as stored`;

function toRequest(row: Row): RoutedRequest {
  const request = new RoutedRequest(row.request_id);
  return Object.assign(request, {
    version: row.version,
    dossierVersion: row.dossier_version,
    storedDossierVersion: row.dossier_version,
    publicDossier: row.public_dossier,
    facts: row.facts,
    endedAt: row.ended_at && row.ended_at.toISOString(),
  });
}

const toRow = (request: RoutedRequest, calendar: Calendar) => ({
  requestId: request.requestId,
  version: request.version,
  dossierVersion: request.dossierVersion,
  publicDossier: request.publicDossier,
  facts: request.facts,
  endedAt: request.endedAt,
  nextCheckOn: nextCheckDate(request.jobs, calendar),
});
