import { shanghaiDate } from '@lianban/catalogue';
import { ConcurrentInsert } from '@lianban/messaging';
import type { EntityManager } from 'typeorm';
import { REPEATABLE } from './daily-limit.js';
import { isAcceptance, noticeId, type DueNotice } from './notice.js';
import type { NoticePlan, RequestState } from './plan-notices.js';

const KEPT_DAYS = 90;

/** A request that had more to tell on a day than it may. */
export interface WithheldToday {
  requestId: string;
  /** It is the first time that day. */
  isFirst: boolean;
}

/** Locks requests in the order of their ids, so that two batches never wait for each other; those not here yet are new. */
export async function lockRequestStates(
  manager: EntityManager,
  requestIds: readonly string[],
  now: Date,
): Promise<Map<string, RequestState>> {
  const rows = await manager.query<RequestState[]>(LOCK, [
    requestIds,
    `${shanghaiDate(now)}T00:00:00+08:00`,
    REPEATABLE,
  ]);
  return new Map(rows.map((row) => [row.requestId, row]));
}

/**
 * Stores what was decided: the versions applied, the notices to tell, and which unsent ones are superseded.
 * @throws ConcurrentInsert where a request that was new is no longer new
 */
export async function storePlans(
  manager: EntityManager,
  plans: readonly NoticePlan[],
  now: Date,
  batchWindowMs: number,
): Promise<WithheldToday[]> {
  const stored = await manager.query<{ requestId: string; isNew: boolean }[]>(STORE, [
    plans.map(({ status }) => status.requestId),
    plans.map(({ status }) => status.version),
    plans.map(({ status }) => status.receiptNumber),
    plans.map(({ status }) => status.hall),
    JSON.stringify(plans.filter(({ isNew }) => !isNew).map(toUnsentChange)),
    JSON.stringify(plans.flatMap(toRows).map((row, position) => ({ ...row, position }))),
    now,
    new Date(now.getTime() + batchWindowMs),
  ]);
  const inserted = stored.filter(({ isNew }) => isNew).length;
  if (stored.length < plans.length || inserted < plans.filter(({ isNew }) => isNew).length)
    throw new ConcurrentInsert('another instance applied a status of the same request');
  return storeWithheld(manager, plans, now);
}

const toUnsentChange = ({ status, dueKeys, mayBatch }: NoticePlan) => ({
  requestId: status.requestId,
  dueKeys,
  flushBatch: !mayBatch,
});

function toRows({ status: { requestId }, told, tooOld, mayBatch }: NoticePlan) {
  const toRow = ({ at: _, ...notice }: DueNotice) => {
    const { key, kind } = notice;
    return { id: noticeId(requestId, key), requestId, key, kind, content: notice };
  };
  return [
    ...told.map((notice) => ({ ...toRow(notice), waits: mayBatch && isAcceptance(notice) })),
    ...tooOld.map((notice) => ({ ...toRow(notice), isTooOld: true })),
  ];
}

async function storeWithheld(
  manager: EntityManager,
  plans: readonly NoticePlan[],
  now: Date,
): Promise<WithheldToday[]> {
  const rows = plans
    .filter(({ withheld }) => withheld.length > 0)
    .map(({ status, withheld }) => ({
      requestId: status.requestId,
      keys: withheld.map(({ key }) => key),
    }));
  if (rows.length === 0) return [];
  await manager.query(FORGET_WITHHELD, [shanghaiDate(now), KEPT_DAYS]);
  return manager.query<WithheldToday[]>(WITHHOLD, [JSON.stringify(rows), shanghaiDate(now), now]);
}

const LOCK = `
  select s.request_id as "requestId", s.version, n.keys || w.keys as keys, n."repeatedToday"
  from request_state s,
    lateral (select coalesce(array_agg(key), '{}') as keys,
        count(*) filter (where created_at >= $2 and kind = any($3::text[]) and reason is distinct from 'too-old')::int
          as "repeatedToday"
      from notice where request_id = s.request_id) n,
    lateral (select coalesce(array_agg(key), '{}') as keys
      from withheld, unnest(withheld.keys) key where request_id = s.request_id) w
  where s.request_id = any($1::uuid[]) order by s.request_id for update of s`;

// Unsent notices are found anew and not by what was read before: that may be older than the lock. They are locked in the
// order of their ids, as the sender does. One that is on its way now is dropped when it comes back unsent.
const STORE = `with stored as (
    insert into request_state as s (request_id, version, receipt_number, hall)
    select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) n(request_id) order by n.request_id
    on conflict (request_id) do update set version = excluded.version, receipt_number = excluded.receipt_number,
      hall = excluded.hall
      where s.version < excluded.version
    returning s.request_id as "requestId", s.xmax = 0 as "isNew"
  ), unsent as (
    select n.id, n.key <> all(c."dueKeys") as is_superseded
    from jsonb_to_recordset($5::jsonb) c("requestId" uuid, "dueKeys" text[], "flushBatch" boolean)
    join notice n on n.request_id = c."requestId"
    where n.state in ('pending', 'sending', 'failed', 'to-call') and not n.superseded
      and (n.key <> all(c."dueKeys")
        or c."flushBatch" and n.state = 'pending' and n.attempts = 0 and n.next_attempt_at > $7)
    order by n.id for update of n
  ), changed as (
    update notice n set superseded = is_superseded,
      state = case when is_superseded and n.state in ('pending', 'to-call') then 'superseded' else n.state end,
      settled_at = case when is_superseded and n.state in ('pending', 'to-call') then $7 else n.settled_at end,
      next_attempt_at = case when is_superseded then n.next_attempt_at else $7 end
    from unsent where n.id = unsent.id
  ), told as (
    insert into notice (id, request_id, key, kind, content, state, reason, created_at, next_attempt_at, settled_at)
    select id, "requestId", key, kind, content, case when "isTooOld" then 'superseded' else 'pending' end,
      case when "isTooOld" then 'too-old' end, $7, case when waits then $8::timestamptz else $7 end,
      case when "isTooOld" then $7 end
    from jsonb_to_recordset($6::jsonb) t(position integer, id uuid, "requestId" uuid, key text, kind text, content json,
      waits boolean, "isTooOld" boolean)
    order by position
    on conflict do nothing
  )
  select * from stored`;

const FORGET_WITHHELD = `delete from withheld where (request_id, day) in (
  select request_id, day from withheld where day < $1::date - $2::int limit 20 for update skip locked)`;

const WITHHOLD = `insert into withheld as w (request_id, day, keys, last_at)
  select "requestId", $2::date, keys, $3
  from jsonb_to_recordset($1::jsonb) n("requestId" uuid, keys text[]) order by "requestId"
  on conflict (request_id, day) do update set keys = w.keys || excluded.keys, last_at = excluded.last_at
  returning request_id as "requestId", xmax = 0 as "isFirst"`;
