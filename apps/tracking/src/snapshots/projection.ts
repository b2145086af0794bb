import { END_STATES, type Utility } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** Whose word a snapshot is: intake's, routing's, or that of the adapter of a utility. */
export type Source = 'request' | 'decision' | Utility;

/** The whole public state of something at its owner; of one source the highest attempt and version counts. */
export interface Snapshot {
  requestId: string;
  source: Source;
  attempt: number;
  version: number;
  body: object;
}

/** Keeps what is newer than what is there, in every half that stands; answers the requests that changed. */
export async function keep(manager: EntityManager, snapshots: readonly Snapshot[]): Promise<string[]> {
  const ids = [...new Set(snapshots.map(({ requestId }) => requestId))].toSorted();
  await manager.query(MAKE, [ids]);
  await manager.query(LOCK, [ids]);
  const changed = await manager.query<{ half: number; request_id: string }[]>(KEEP, [
    JSON.stringify(snapshots),
  ]);
  if (changed.length === 0) return [];
  const halves = changed.map(({ half }) => half);
  const requestIds = changed.map(({ request_id }) => request_id);
  await manager.query(REFRESH, [halves, requestIds, END_STATES]);
  return [...new Set(requestIds)];
}

const HALVES = `(select current as half from projection union all
  select shadow from projection where shadow is not null) h`;

const MAKE = `insert into tracked_request (half, request_id)
  select h.half, r from ${HALVES} cross join unnest($1::uuid[]) r order by 1, 2 on conflict do nothing`;

// Sources of one request come in parallel; who refreshes its columns must see what the others kept.
const LOCK = `select 1 from tracked_request where request_id = any($1::uuid[]) order by half, request_id for update`;

const KEEP = `insert into snapshot (half, request_id, source, attempt, version, body)
  select distinct on (h.half, n."requestId", n.source) h.half, n."requestId", n.source, n.attempt, n.version, n.body
  from ${HALVES} cross join jsonb_to_recordset($1::jsonb)
    n("requestId" uuid, source text, attempt integer, version integer, body jsonb)
  order by h.half, n."requestId", n.source, n.attempt desc, n.version desc
  on conflict (half, request_id, source) do update
    set attempt = excluded.attempt, version = excluded.version, body = excluded.body
    where (snapshot.attempt, snapshot.version) < (excluded.attempt, excluded.version)
  returning half, request_id`;

const REFRESH = `with changed as (
    select distinct half, request_id from unnest($1::smallint[], $2::uuid[]) c(half, request_id)
  ), numbered as materialized (
    select request_id, nextval('revision') as revision from (select distinct request_id from changed) c
  )
  update tracked_request t set
    revision = n.revision,
    receipt = r.body->>'receiptNumber',
    hall = r.body->>'hall',
    code_hash = r.body->>'queryCodeHash',
    registered_at = (r.body->>'registeredAt')::timestamptz,
    next_due_date = coalesce((d.body->>'nextDueDate')::date, 'infinity'),
    ended = coalesce(jsonb_array_length(r.body->'parts') between 1 and (
      select count(*) from snapshot j where j.half = c.half and j.request_id = c.request_id
        and j.body->>'state' = any($3::text[])), false)
  from changed c join numbered n using (request_id)
  left join snapshot r on r.half = c.half and r.request_id = c.request_id and r.source = 'request'
  left join snapshot d on d.half = c.half and d.request_id = c.request_id and d.source = 'decision'
  where t.half = c.half and t.request_id = c.request_id`;
