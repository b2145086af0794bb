import type { EntityManager } from 'typeorm';
import type { StatusSnapshot } from './request-view.js';

/** Keeps snapshots that are newer than the kept ones, in every generation; answers the requests that changed. */
export async function upsertSnapshots(
  manager: EntityManager,
  snapshots: readonly StatusSnapshot[],
): Promise<string[]> {
  const newest = newestOfEach(snapshots);
  const column = <T>(value: (snapshot: StatusSnapshot) => T): T[] => newest.map(value);
  const changed = await manager.query<{ request_id: string }[]>(UPSERT, [
    column(({ requestId }) => requestId),
    column(({ version }) => version),
    column(({ receiptNumber }) => receiptNumber),
    column(({ hall }) => hall),
    column(({ queryCodeHash }) => queryCodeHash),
    column(({ registeredAt }) => registeredAt),
    column(({ nextDeadline }) => nextDeadline ?? 'infinity'),
    column(({ phase }) => phase === 'ended'),
    column((snapshot) => JSON.stringify(snapshot)),
  ]);
  return changed.map(({ request_id }) => request_id);
}

function newestOfEach(snapshots: readonly StatusSnapshot[]): StatusSnapshot[] {
  const newest = new Map<string, StatusSnapshot>();
  for (const snapshot of snapshots) {
    const before = newest.get(snapshot.requestId);
    if (!before || snapshot.version > before.version) newest.set(snapshot.requestId, snapshot);
  }
  return [...newest.values()];
}

// Rows are locked in one order by every instance, so that two batches never wait for each other.
const UPSERT = `with upserted as (
    insert into request_view (generation, request_id, version, receipt_number, hall, code_hash, registered_at,
      next_deadline, ended, body)
    select g.generation, n.* from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[],
      $6::timestamptz[], $7::date[], $8::boolean[], $9::text[]) n(request_id),
      (select generation from projection
        union all select next_generation from projection where next_generation is not null) g
    order by g.generation, n.request_id
    on conflict (generation, request_id) do update set version = excluded.version,
      receipt_number = excluded.receipt_number, hall = excluded.hall, code_hash = excluded.code_hash,
      registered_at = excluded.registered_at, next_deadline = excluded.next_deadline, ended = excluded.ended,
      body = excluded.body
      where request_view.version < excluded.version
    returning request_id)
  select distinct request_id from upserted`;
