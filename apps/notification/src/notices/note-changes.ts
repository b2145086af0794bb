import type { EntityManager } from 'typeorm';
import { v5 } from 'uuid';
import { limit, type WithheldNews } from './limit-news.js';
import { isAcceptance, type Change } from './news.js';

/** Namespace of notice ids (RFC 9562, version 5): the same news is the same message for the gateway, whoever sends it. */
const NOTICES = '5d5c2f0a-6d5e-4f0e-9a53-0c1b6a8f3b5e';

export const noticeId = (requestId: string, key: string): string => v5(`${requestId} ${key}`, NOTICES);

/** How news become notices. */
export interface Noting {
  /** An acceptance is due so many milliseconds later where others may follow. */
  gather: number;
  /** Of one request and day, of what may come again and again. */
  perDay: number;
}

/**
 * Makes a notice of each news, once for ever, and drops those that were overtaken before they were sent; answers what was
 * withheld, for the request had told too much that day.
 */
export async function noteChanges(
  manager: EntityManager,
  changes: readonly Change[],
  now: Date,
  { gather, perDay }: Noting,
): Promise<WithheldNews[]> {
  await dropOvertaken(manager, changes, now);
  await hurry(manager, changes, now);
  const { told, withheld } = await limit(manager, changes, now, perDay);
  const rows = told.flatMap(({ requestId, news, gathers }) =>
    news.map((each) => ({
      id: noticeId(requestId, each.key),
      requestId,
      key: each.key,
      news: each,
      waits: gathers && isAcceptance(each),
    })),
  );
  if (rows.length === 0) return withheld;
  await manager.query(
    `insert into notice (id, request_id, key, news, created_at, wanted_at, next_attempt_at)
     select (n->>'id')::uuid, (n->>'requestId')::uuid, n->>'key', n->'news', $2, $2,
       case when (n->>'waits')::boolean then $3::timestamptz else $2::timestamptz end
     from jsonb_array_elements($1::jsonb) with ordinality as t(n, position) order by position
     on conflict do nothing`,
    [JSON.stringify(rows), now, new Date(now.getTime() + gather)],
  );
  return withheld;
}

/** Acceptances that wait for others are told now. */
async function hurry(manager: EntityManager, changes: readonly Change[], now: Date): Promise<void> {
  const ids = changes.filter(({ hurries }) => hurries).map(({ requestId }) => requestId);
  if (ids.length === 0) return;
  await manager.query(
    `update notice set next_attempt_at = $2
     where request_id = any($1::uuid[]) and state = 'pending' and attempts = 0 and next_attempt_at > $2`,
    [ids, now],
  );
}

/** One that is on its way now is dropped when it comes back unsent; a failed one is not tried again. */
async function dropOvertaken(manager: EntityManager, changes: readonly Change[], now: Date): Promise<void> {
  const ids = changes.flatMap(({ requestId, overtaken }) => overtaken.map((key) => noticeId(requestId, key)));
  if (ids.length === 0) return;
  await manager.query(
    `update notice set overtaken = true, state = case when state in ('pending', 'to-call') then 'overtaken' else state end,
       settled_at = case when state in ('pending', 'to-call') then $2 else settled_at end
     where id in (select id from notice where id = any($1::uuid[]) and state in ('pending', 'sending', 'failed', 'to-call')
       order by id for update)`,
    [ids, now],
  );
}
