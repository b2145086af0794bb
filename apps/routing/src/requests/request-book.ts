import type { DossierChanged } from '@lianban/contracts';
import { ConcurrentInsert } from '@lianban/messaging';
import type { EntityManager } from 'typeorm';
import type { RequestFile } from './request-file.js';

type Row = Omit<RequestFile, 'dossier'>;

/** Requests as routing knows them, opened and stored a chunk at a time; rows are locked in the order of their ids. */
export class RequestBook {
  private readonly made = new Set<RequestFile>();

  constructor(private readonly manager: EntityManager) {}

  /** Takes in dossiers, the newest of each request, and opens their files; answers what was news. */
  async receive(dossiers: readonly DossierChanged[]): Promise<Map<string, DossierChanged>> {
    const newest = new Map<string, DossierChanged>();
    for (const dossier of dossiers)
      if (dossier.version > (newest.get(dossier.requestId)?.version ?? 0))
        newest.set(dossier.requestId, dossier);
    const rows = await this.manager.query<{ request_id: string }[]>(
      `insert into dossier (request_id, version, body)
       select (d->>'requestId')::uuid, (d->>'version')::int, d from jsonb_array_elements($1::jsonb) d order by 1
       on conflict (request_id) do update set version = excluded.version, body = excluded.body
         where dossier.version < excluded.version returning request_id`,
      [JSON.stringify([...newest.values()])],
    );
    return new Map(rows.map(({ request_id }) => [request_id, newest.get(request_id)!]));
  }

  /** Opens these requests; a new one is empty, and is in nobody's way until it is stored. */
  async openOrMake(requestIds: Iterable<string>): Promise<Map<string, RequestFile>> {
    const ids = [...new Set(requestIds)].toSorted();
    const files = await this.open(ids);
    for (const requestId of ids)
      if (!files.has(requestId)) {
        const file = { requestId, version: 0, jobs: [], endedAt: null, dossier: null };
        files.set(requestId, file);
        this.made.add(file);
      }
    return files;
  }

  async open(requestIds: Iterable<string>): Promise<Map<string, RequestFile>> {
    const rows = await this.manager.query<Row[]>(
      `select request_id as "requestId", version, jobs, ended_at as "endedAt" from routed_request
       where request_id = any($1::uuid[]) order by request_id for update`,
      [[...new Set(requestIds)]],
    );
    return new Map(rows.map((row) => [row.requestId, fileOf(row)]));
  }

  /** Opens running requests with ids after this one, in their order, their dossiers with them. */
  async openRunning(after: string, limit: number): Promise<Map<string, RequestFile>> {
    const rows = await this.manager.query<Row[]>(
      `select request_id as "requestId", version, jobs, ended_at as "endedAt" from routed_request
       where ended_at is null and request_id > $1 order by request_id limit $2 for update`,
      [after, limit],
    );
    return this.withDossiers(rows);
  }

  /** Opens requests with a date to look at, their dossiers with them; others skip what is open here. */
  async openDue(today: string, limit: number): Promise<Map<string, RequestFile>> {
    const rows = await this.manager.query<Row[]>(
      `select request_id as "requestId", version, jobs, ended_at as "endedAt" from routed_request
       where next_look <= $1 order by next_look, request_id limit $2 for update skip locked`,
      [today, limit],
    );
    return this.withDossiers(rows);
  }

  private async withDossiers(rows: readonly Row[]): Promise<Map<string, RequestFile>> {
    const files = new Map(rows.map((row) => [row.requestId, fileOf(row)]));
    await this.addDossiers(files);
    return files;
  }

  async addDossiers(files: Map<string, RequestFile>): Promise<void> {
    const rows = await this.manager.query<{ body: DossierChanged }[]>(
      `select body from dossier where request_id = any($1::uuid[])`,
      [[...files.keys()]],
    );
    for (const { body } of rows) files.get(body.requestId)!.dossier = body;
  }

  /** @throws ConcurrentInsert where a new request is no longer new */
  async store(files: readonly RequestFile[], nextLook: (file: RequestFile) => string | null): Promise<void> {
    if (files.length === 0) return;
    const rowsOf = (some: readonly RequestFile[]): string =>
      JSON.stringify(some.map((file) => ({ ...file, dossier: undefined, nextLook: nextLook(file) })));
    const made = files.filter((file) => this.made.has(file));
    const changed = files.filter((file) => !this.made.has(file));
    const [row] = await this.manager.query<{ made: number }[]>(STORE, [rowsOf(made), rowsOf(changed)]);
    if (row!.made < made.length) throw new ConcurrentInsert('another instance has made the same request');
  }
}

const ROWS = (
  values: string,
): string => `jsonb_to_recordset(${values}::jsonb) n("requestId" uuid, version integer, jobs jsonb,
  "endedAt" timestamptz, "nextLook" date)`;

const STORE = `with made as (
    insert into routed_request (request_id, version, jobs, ended_at, next_look)
    select * from ${ROWS('$1')} on conflict do nothing returning request_id
  ), changed as (
    update routed_request r set version = n.version, jobs = n.jobs, ended_at = n."endedAt", next_look = n."nextLook"
    from ${ROWS('$2')} where r.request_id = n."requestId"
  )
  select count(*)::int as made from made`;

const fileOf = ({ endedAt, ...row }: Row): RequestFile => ({
  ...row,
  endedAt: endedAt && new Date(endedAt).toISOString(),
  dossier: null,
});
