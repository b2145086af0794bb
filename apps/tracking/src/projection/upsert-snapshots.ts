import type { RequestStatusChanged } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';

/** Stores newer statuses in every generation; answers the requests that changed. */
export async function upsertSnapshots(
  manager: EntityManager,
  statuses: readonly RequestStatusChanged[],
): Promise<string[]> {
  const newest = newestOfEach(statuses);
  const column = <T>(value: (status: RequestStatusChanged) => T): T[] => newest.map(value);
  const changed = await manager.query<{ request_id: string }[]>(UPSERT, [
    column(({ requestId }) => requestId),
    column(({ version }) => version),
    column(({ receiptNumber }) => receiptNumber),
    column(({ hall }) => hall),
    column(({ queryCodeHash }) => queryCodeHash),
    column(({ registeredAt }) => registeredAt),
    column(({ nextDeadline }) => nextDeadline ?? 'infinity'),
    column(({ phase }) => phase === 'ended'),
    column(toBody).join(SEPARATOR),
  ]);
  return changed.map(({ request_id }) => request_id);
}

/** Never occurs unescaped in JSON, so many bodies fit into one text without parsing. */
const SEPARATOR = '\u001e';

const toBody = (status: RequestStatusChanged): string =>
  JSON.stringify({ ...status, facts: undefined, queryCodeHash: undefined });

function newestOfEach(statuses: readonly RequestStatusChanged[]): RequestStatusChanged[] {
  const newest = new Map<string, RequestStatusChanged>();
  for (const status of statuses) {
    const before = newest.get(status.requestId);
    if (!before || status.version > before.version) newest.set(status.requestId, status);
  }
  return [...newest.values()];
}

// Ordered, so that two instances do not deadlock.
const UPSERT = `with upserted as (
    insert into request_view (generation, request_id, version, receipt_number, hall, code_hash, registered_at,
      next_deadline, ended, body)
    select g.generation, n.* from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[],
      $6::timestamptz[], $7::date[], $8::boolean[], string_to_array($9::text, chr(30))) n(request_id),
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
