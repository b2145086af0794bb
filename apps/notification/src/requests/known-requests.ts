import type { RequestEvent } from '@lianban/contracts';
import { ConcurrentInsert, type UnitOfWork } from '@lianban/messaging';
import type { EntityManager } from 'typeorm';
import { changeOf, type Change } from '../notices/news.js';
import type { WithheldNews } from '../notices/limit-news.js';
import { noteChanges, type Noting } from '../notices/note-changes.js';
import type { KnownRequest } from './known-request.js';

/**
 * Takes a chunk of events into what is known of their requests, and makes and drops notices by the difference; answers what
 * was withheld.
 */
export async function know<E extends RequestEvent>(
  events: readonly E[],
  { manager, now }: UnitOfWork,
  take: (known: KnownRequest, event: E) => KnownRequest,
  noting: Noting,
): Promise<WithheldNews[]> {
  const before = await open(manager, [...new Set(events.map(({ requestId }) => requestId))].toSorted());
  const after = new Map(before);
  for (const event of events) after.set(event.requestId, take(after.get(event.requestId)!, event));
  const changed = [...after.values()].filter((known) => known !== before.get(known.requestId));
  await store(manager, changed);
  const changes: Change[] = changed.map((known) => changeOf(before.get(known.requestId)!, known));
  return noteChanges(manager, changes, now, noting);
}

/** Rows are locked in the order of their ids, so that two chunks do not wait for each other; what is new is empty. */
async function open(manager: EntityManager, ids: string[]): Promise<Map<string, KnownRequest>> {
  const rows = await manager.query<KnownRequest[]>(
    `select request_id as "requestId", request, jobs, decision from known_request
     where request_id = any($1::uuid[]) order by request_id for update`,
    [ids],
  );
  const known = new Map(rows.map((row) => [row.requestId, row]));
  return new Map(
    ids.map((requestId) => [
      requestId,
      known.get(requestId) ?? { requestId, request: null, jobs: {}, decision: null, isNew: true },
    ]),
  );
}

/** @throws ConcurrentInsert where what was new is no longer new */
async function store(manager: EntityManager, known: readonly KnownRequest[]): Promise<void> {
  if (known.length === 0) return;
  const made = known.filter(({ isNew }) => isNew);
  const changed = known.filter(({ isNew }) => !isNew);
  const [row] = await manager.query<{ made: number }[]>(STORE, [
    JSON.stringify(made),
    JSON.stringify(changed),
  ]);
  if (row!.made < made.length) throw new ConcurrentInsert('another instance has heard of the same request');
}

const STORE = `with made as (
    insert into known_request (request_id, request, jobs, decision)
    select * from jsonb_to_recordset($1::jsonb) n("requestId" uuid, request jsonb, jobs jsonb, decision jsonb)
    on conflict do nothing returning request_id
  ), changed as (
    update known_request k set request = n.request, jobs = n.jobs, decision = n.decision
    from jsonb_to_recordset($2::jsonb) n("requestId" uuid, request jsonb, jobs jsonb, decision jsonb)
    where k.request_id = n."requestId"
  )
  select count(*)::int as made from made`;
