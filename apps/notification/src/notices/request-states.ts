import { shanghaiDate } from '@lianban/catalogue';
import { ConcurrentInsert } from '@lianban/messaging';
import type { EntityManager } from 'typeorm';
import { REPEATABLE } from './daily-limit.js';
import { isAcceptance, isBatchable, textId, type DueNotice } from './notice.js';
import type { NoticePlan, RequestState } from './plan-notices.js';

const WITHHELD_RETENTION_DAYS = 90;

/** A request with withheld notices today. */
export interface WithheldToday {
  requestId: string;
  /** The first time on that day. */
  isFirst: boolean;
}

/** Locks requests in order of id, so that batches do not deadlock; requests without a row are new. */
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
 * Stores the applied versions, the notices to send, and which unsent ones are superseded.
 * @throws ConcurrentInsert if a new request was inserted by another transaction
 */
export async function storePlans(
  manager: EntityManager,
  plans: readonly NoticePlan[],
  now: Date,
  batchWindowMs: number,
): Promise<WithheldToday[]> {
  const known = plans.filter(({ isNew }) => !isNew);
  const stored = await manager.query<{ requestId: string; isNew: boolean }[]>(STORE, [
    plans.map(({ status }) => status.requestId),
    plans.map(({ status }) => status.version),
    plans.map(({ status }) => status.receiptNumber),
    plans.map(({ status }) => status.hall),
    JSON.stringify(known.map(toUnsentChange)),
    JSON.stringify(plans.flatMap(toTexts).map((text, position) => ({ ...text, position }))),
    now,
    new Date(now.getTime() + batchWindowMs),
    known.map(({ status }) => status.requestId),
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

function toTexts({ status: { requestId }, toSend: told, tooOld, mayBatch }: NoticePlan) {
  const toText = (notices: DueNotice[]) => ({
    textId: textId(requestId, notices[0]!.key),
    requestId,
    notices: notices.map(({ at: _, ...notice }) => notice),
  });
  const batch = told.filter(isBatchable);
  return [
    ...(batch.length > 0
      ? [{ ...toText(batch), batchable: true, waits: mayBatch && batch.every(isAcceptance) }]
      : []),
    ...told.filter((notice) => !isBatchable(notice)).map((notice) => toText([notice])),
    ...tooOld.map((notice) => ({ ...toText([notice]), tooOld: true })),
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
  await manager.query(DELETE_WITHHELD, [shanghaiDate(now), WITHHELD_RETENTION_DAYS]);
  return manager.query<WithheldToday[]>(WITHHOLD, [JSON.stringify(rows), shanghaiDate(now), now]);
}

const LOCK = `
  select s.request_id as "requestId", s.version, n.keys || w.keys as keys, n."repeatedToday"
  from request_state s,
    lateral (select coalesce(array_agg(key), '{}') as keys,
        count(*) filter (where created_at >= $2 and kind = any($3::text[]) and not too_old)::int as "repeatedToday"
      from notice where request_id = s.request_id) n,
    lateral (select coalesce(array_agg(key), '{}') as keys
      from withheld, unnest(withheld.keys) key where request_id = s.request_id) w
  where s.request_id = any($1::uuid[]) order by s.request_id for update of s`;

// No status supersedes a query code that was asked for. $9 repeats the ids as an array, because the join alone would read every open text. Unsent texts are read again under the lock.
// Texts are locked in order of id, as by the sender. A text in flight that comes back unsent and empty is dropped later.
const STORE = `with stored as (
    insert into request_state as s (request_id, version, receipt_number, hall)
    select * from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) n(request_id) order by n.request_id
    on conflict (request_id) do update set version = excluded.version, receipt_number = excluded.receipt_number,
      hall = excluded.hall
      where s.version < excluded.version
    returning s.request_id as "requestId", s.xmax = 0 as "isNew"
  ), unsent as materialized (
    select * from jsonb_to_recordset($5::jsonb) c("requestId" uuid, "dueKeys" text[], "flushBatch" boolean)
  ), texts as materialized (
    select n.*, case when batchable then (select t.id from text_message t where t.request_id = n."requestId"
      and t.state = 'pending' and t.attempts = 0 and t.batchable order by t.seq limit 1) end as joined
    from jsonb_to_recordset($6::jsonb) n(position integer, "textId" uuid, "requestId" uuid, batchable boolean,
      waits boolean, "tooOld" boolean, notices json)
  ), superseded as (
    update notice n set superseded_at = $7
    from unsent c, text_message t
    where n.request_id = c."requestId" and n.superseded_at is null and n.kind <> 'query-code'
      and n.key <> all(c."dueKeys")
      and t.id = n.text_id and t.state in ('pending', 'sending', 'failed', 'to-call')
  ), changes as (
    select t.id, left_over.count = 0 as is_empty
    from unsent c join text_message t on t.request_id = any($9::uuid[]) and t.request_id = c."requestId"
      and t.state in ('pending', 'to-call'),
      lateral (select count(*) from (
        select from notice n where n.request_id = t.request_id and n.text_id = t.id and n.superseded_at is null
          and (n.kind = 'query-code' or n.key = any(c."dueKeys"))
        union all select from texts where joined = t.id) x) left_over
    where left_over.count = 0
      or c."flushBatch" and t.state = 'pending' and t.attempts = 0 and t.next_attempt_at > $7
    order by t.id for update of t
  ), changed as (
    update text_message t set state = case when is_empty then 'superseded' else t.state end,
      settled_at = case when is_empty then $7 else t.settled_at end,
      next_attempt_at = case when is_empty then t.next_attempt_at else $7 end
    from changes where t.id = changes.id
  ), inserted_texts as (
    insert into text_message (id, request_id, created_at, next_attempt_at, settled_at, batchable, state, reason)
    select "textId", "requestId", $7, case when waits then $8::timestamptz else $7 end, case when "tooOld" then $7 end,
      coalesce(batchable, false), case when "tooOld" then 'superseded' else 'pending' end,
      case when "tooOld" then 'too-old' end
    from texts where joined is null order by position
    on conflict do nothing
  ), inserted_notices as (
    insert into notice (request_id, text_id, created_at, too_old, key, kind, content)
    select "requestId", coalesce(joined, "textId"), $7, coalesce("tooOld", false), n->>'key', n->>'kind', n
    from texts, json_array_elements(notices) with ordinality e(n, place) order by position, place
    on conflict do nothing
  )
  select * from stored`;

const DELETE_WITHHELD = `delete from withheld where (request_id, day) in (
  select request_id, day from withheld where day < $1::date - $2::int limit 20 for update skip locked)`;

const WITHHOLD = `insert into withheld as w (request_id, day, keys, last_at)
  select "requestId", $2::date, keys, $3
  from jsonb_to_recordset($1::jsonb) n("requestId" uuid, keys text[]) order by "requestId"
  on conflict (request_id, day) do update set keys = w.keys || excluded.keys, last_at = excluded.last_at
  returning request_id as "requestId", xmax = 0 as "isFirst"`;
