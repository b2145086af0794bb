import type { Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** Whose word a snapshot is: intake's, routing's, or that of the adapter of a utility. */
export type Source = 'request' | 'decision' | Utility;

/** What the queries seek and sort by, of the source that owns it. */
export interface Columns {
  receipt?: string;
  hall?: string;
  codeHash?: string;
  registeredAt?: string;
  /** Of a decision: the earliest date by which somebody must act, where there is one. */
  nextDueDate?: string;
  ended?: boolean;
}

/** The whole public state of something at its owner; of one source the highest attempt and version counts. */
export interface Snapshot {
  requestId: string;
  source: Source;
  attempt: number;
  version: number;
  body: object;
  columns: Columns;
}

/** Keeps what is newer than what is there, in every half that stands; answers the requests that changed. */
export async function keep(manager: EntityManager, snapshots: readonly Snapshot[]): Promise<string[]> {
  const changed = await manager.query<{ request_id: string }[]>(KEEP, [JSON.stringify(newestOf(snapshots))]);
  return changed.map(({ request_id }) => request_id);
}

/** One of each source, in the order in which every instance takes the rows, so that none waits for another in turn. */
function newestOf(snapshots: readonly Snapshot[]): Snapshot[] {
  const newest = new Map<string, Snapshot>();
  for (const each of snapshots) {
    const name = `${each.requestId} ${each.source}`;
    const before = newest.get(name);
    if (!before || isNewer(each, before)) newest.set(name, each);
  }
  return [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, snapshot]) => snapshot);
}

const isNewer = (a: Snapshot, b: Snapshot): boolean =>
  a.attempt > b.attempt || (a.attempt === b.attempt && a.version > b.version);

// Each column has one source, and what a source said is guarded by its version: what comes in parallel changes nothing.
const KEEP = `with told as materialized (
    select * from jsonb_to_recordset($1::jsonb)
      n("requestId" uuid, source text, attempt integer, version integer, body jsonb, columns jsonb)
  ), kept as (
    insert into snapshot (half, request_id, source, attempt, version, body)
    select h.half, n."requestId", n.source, n.attempt, n.version, n.body
    from (select current as half from projection
      union all select shadow from projection where shadow is not null order by 1) h cross join told n
    on conflict (half, request_id, source) do update
      set attempt = excluded.attempt, version = excluded.version, body = excluded.body
      where (snapshot.attempt, snapshot.version) < (excluded.attempt, excluded.version)
    returning half, request_id, source
  ), sought as (
    insert into tracked_request as t (half, request_id, receipt, hall, code_hash, registered_at, decided, next_due_date,
      ended)
    select k.half, k.request_id, min(n.columns->>'receipt'), min(n.columns->>'hall'), min(n.columns->>'codeHash'),
      min((n.columns->>'registeredAt')::timestamptz), bool_or(k.source = 'decision'),
      coalesce(min((n.columns->>'nextDueDate')::date), 'infinity'), coalesce(bool_or((n.columns->>'ended')::boolean), false)
    from kept k join told n on n."requestId" = k.request_id and n.source = k.source
    where k.source in ('request', 'decision')
    group by k.half, k.request_id order by k.half, k.request_id
    on conflict (half, request_id) do update set
      receipt = coalesce(excluded.receipt, t.receipt),
      hall = coalesce(excluded.hall, t.hall),
      code_hash = coalesce(excluded.code_hash, t.code_hash),
      registered_at = coalesce(excluded.registered_at, t.registered_at),
      decided = t.decided or excluded.decided,
      next_due_date = case when excluded.decided then excluded.next_due_date else t.next_due_date end,
      ended = case when excluded.decided then excluded.ended else t.ended end
  )
  select distinct request_id from kept`;
