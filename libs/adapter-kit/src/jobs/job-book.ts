import { ConcurrentInsert } from '@lianban/messaging';
import type { EntityManager } from 'typeorm';
import type { JobFile, Operation, Placement } from './job-file.js';

type Row = { placement: Omit<Placement, 'operation' | 'closed'>; operation: Operation | null };

/** What stands in the two rows of a placement, its own and that of its operation in hand. */
interface Texts {
  body: string;
  operation: string;
  operationId: string | null;
}

interface Taken {
  taken: ReadonlySet<Operation>;
  lease: number;
}

/** The jobs of this adapter, opened and stored a chunk at a time; rows are locked in the order of their ids. */
export class JobBook {
  private readonly before = new Map<Placement, Texts>();
  /** As decided; nothing is decided any more once it was asked for. */
  private readonly after = new Map<Placement, Texts>();
  /** Of the files that were there. */
  private readonly versions = new Map<string, number>();

  constructor(private readonly manager: EntityManager) {}

  /** Opens the files of these requests; a new one is empty, and is in nobody's way until it is stored. */
  async openOrMake(requestIds: Iterable<string>): Promise<Map<string, JobFile>> {
    const ids = [...new Set(requestIds)].toSorted();
    const files = await this.open(ids);
    for (const requestId of ids)
      if (!files.has(requestId))
        files.set(requestId, {
          ...{ requestId, version: 0, delivered: false, accepted: false },
          ...{ facts: [], placements: [], findings: [] },
        });
    return files;
  }

  /** Opens the files of these requests; one that nobody wanted yet is missing from the answer. */
  async open(requestIds: Iterable<string>): Promise<Map<string, JobFile>> {
    const ids = [...new Set(requestIds)].toSorted();
    const files = await this.manager.query<Omit<JobFile, 'placements' | 'findings'>[]>(
      `select request_id as "requestId", version, delivered, accepted, facts from job
       where request_id = any($1::uuid[]) order by request_id for update`,
      [ids],
    );
    if (files.length === 0) return new Map();
    for (const { requestId, version } of files) this.versions.set(requestId, version);
    const rows = await this.manager.query<Row[]>(
      `select p.body as placement, ${OPERATION_JSON} as operation
       from placement p left join operation o on o.id = p.operation_id
       where p.request_id = any($1::uuid[]) order by p.request_id, p.attempt`,
      [ids],
    );
    const opened = new Map(
      files.map((file) => [file.requestId, { ...file, placements: [], findings: [] } as JobFile]),
    );
    for (const row of rows) this.addTo(opened, row);
    return opened;
  }

  private addTo(opened: Map<string, JobFile>, { placement, operation }: Row): void {
    if (operation) operation.since = new Date(operation.since).toISOString();
    const whole: Placement = { ...placement, operation, closed: [] };
    opened.get(whole.requestId)!.placements.push(whole);
    this.before.set(whole, textsOf(whole));
  }

  /** Has anything in this file been decided since it was opened? */
  hasChanged = ({ placements }: JobFile): boolean =>
    placements.some((placement) => this.hasNew(placement, 'body') || this.hasNew(placement, 'operation'));

  private hasNew = (placement: Placement, row: keyof Texts): boolean =>
    this.before.get(placement)?.[row] !== this.textsOf(placement)[row];

  private textsOf(placement: Placement): Texts {
    let texts = this.after.get(placement);
    if (!texts) this.after.set(placement, (texts = textsOf(placement)));
    return texts;
  }

  /**
   * Writes the rows that have changed, in one statement; what was taken for sending is leased for so many milliseconds of
   * the database's time. @throws ConcurrentInsert where a new file is no longer new
   */
  async store(files: readonly JobFile[], { taken, lease }: Taken): Promise<void> {
    if (files.length === 0) return;
    const placements = files.flatMap((file) => file.placements);
    const operations = placements.flatMap((placement) => [
      ...placement.closed.map((operation) => JSON.stringify(operation)),
      ...(placement.operation && this.hasNew(placement, 'operation')
        ? [leased(this.textsOf(placement).operation, taken.has(placement.operation) ? lease : null)]
        : []),
    ]);
    const rows = placements
      .filter((placement) => this.hasNew(placement, 'body') || this.hasNew(placement, 'operationId'))
      .map((placement) => rowOf(placement, this.textsOf(placement).body));
    const made = files.filter(({ requestId }) => !this.versions.has(requestId));
    const told = files.filter(
      ({ requestId, version }) => (this.versions.get(requestId) ?? version) !== version,
    );
    const [row] = await this.manager.query<{ made: number }[]>(
      STORE,
      [made.map(jobOf), told.map(jobOf), operations, rows].map((texts) => `[${texts.join()}]`),
    );
    if (row!.made < made.length) throw new ConcurrentInsert('another instance has made the same job');
  }

  /** Opens what was found, each once for its placement and kind; a file need not have changed for it. */
  async storeFindings(files: readonly JobFile[]): Promise<void> {
    const findings = files.flatMap((file) => file.findings);
    if (findings.length > 0) await this.manager.query(INSERT_FINDINGS, [JSON.stringify(findings)]);
  }
}

function textsOf({ operation, closed: _, ...body }: Placement): Texts {
  return {
    body: JSON.stringify(body),
    operation: JSON.stringify(operation),
    operationId: operation?.id ?? null,
  };
}

const leased = (operation: string, lease: number | null): string =>
  `${operation.slice(0, -1)},"lease":${lease}}`;

const jobOf = ({ requestId, version, delivered, accepted, facts }: JobFile): string =>
  JSON.stringify({ requestId, version, delivered, accepted, facts });

/** Its body is JSON already. */
function rowOf(placement: Placement, body: string): string {
  const { requestId, attempt, provider, state, dueDate, claimedBy, deferredUntil, wanted, operation } =
    placement;
  const row = {
    ...{ requestId, attempt, provider, state, claimedBy, deferredUntil },
    urgentOn: dueDate ?? wanted.promisedDate,
    operationId: operation?.id ?? null,
  };
  return `${JSON.stringify(row).slice(0, -1)},"body":${body}}`;
}

export const OPERATION_JSON = `case when o.id is null then null else jsonb_build_object(
  'id', o.id, 'requestId', o.request_id, 'attempt', o.attempt, 'seq', o.seq, 'provider', o.provider, 'kind', o.kind,
  'version', o.version, 'body', o.body, 'status', o.status, 'doubted', o.doubted, 'since', o.since,
  'attempts', o.attempts, 'nextAt', o.next_at, 'leaseUntil', o.lease_until,
  'sentUntil', o.sent_until, 'owner', o.owner, 'said', o.said) end`;

const STORE = `with made as (
    insert into job (request_id, version, delivered, accepted, facts)
    select "requestId", version, delivered, accepted, facts
    from json_to_recordset($1::json) n("requestId" uuid, version integer, delivered boolean, accepted boolean, facts json)
    on conflict do nothing returning request_id
  ), told as (
    update job j set version = n.version, delivered = n.delivered, accepted = n.accepted, facts = n.facts
    from json_to_recordset($2::json) n("requestId" uuid, version integer, delivered boolean, accepted boolean, facts json)
    where j.request_id = n."requestId"
  ), operated as (
    insert into operation (id, request_id, attempt, seq, provider, kind, version, body, status,
      doubted, since, attempts, next_at, lease_until, sent_until, owner, said)
    select id, "requestId", attempt, seq, provider, kind, version, body, status, doubted, since, attempts, "nextAt",
      coalesce(clock_timestamp() + lease * interval '1 millisecond', "leaseUntil"),
      coalesce(clock_timestamp() + lease * interval '1 millisecond', "sentUntil"), owner, said
    from jsonb_to_recordset($3::jsonb) n(id uuid, "requestId" uuid, attempt integer, seq integer, provider text, kind text,
      version integer, body jsonb, status text, doubted boolean, since timestamptz, attempts integer,
      "nextAt" timestamptz, "leaseUntil" timestamptz, "sentUntil" timestamptz, owner text, said text, lease integer)
    on conflict (id) do update set version = excluded.version, body = excluded.body, status = excluded.status,
      doubted = excluded.doubted, since = excluded.since, attempts = excluded.attempts, next_at = excluded.next_at,
      lease_until = excluded.lease_until,
      sent_until = excluded.sent_until, owner = excluded.owner, said = excluded.said
  ), placed as (
    insert into placement (request_id, attempt, provider, state, urgent_on, claimed_by, deferred_until, operation_id, body)
    select "requestId", attempt, provider, state, "urgentOn", "claimedBy", "deferredUntil", "operationId", body
    from jsonb_to_recordset($4::jsonb) n("requestId" uuid, attempt integer, provider text, state text, "urgentOn" date,
      "claimedBy" text, "deferredUntil" timestamptz, "operationId" uuid, body jsonb)
    on conflict (request_id, attempt) do update set provider = excluded.provider, state = excluded.state,
      urgent_on = excluded.urgent_on, claimed_by = excluded.claimed_by,
      deferred_until = excluded.deferred_until, operation_id = excluded.operation_id,
      body = excluded.body
  )
  select count(*)::int as made from made`;

const INSERT_FINDINGS = `insert into finding (id, request_id, attempt, provider, kind, owner, at)
  select id, "requestId", attempt, provider, kind, owner, at
  from jsonb_to_recordset($1::jsonb) n(id uuid, "requestId" uuid, attempt integer, provider text, kind text, owner text, at timestamptz)
  on conflict do nothing`;
