import { shanghaiDate } from '@lianban/catalogue';
import type { EntityManager } from 'typeorm';
import { REPEATABLE, withinLimit } from './daily-limit.js';
import type { Change } from './news.js';

/** How long an operator may still see what was too much. */
const KEPT_DAYS = 90;

/** News of a request that are not told on a day. */
export interface WithheldNews {
  requestId: string;
  /** The first of that day. */
  isFirst: boolean;
}

interface Told {
  requestId: string;
  today: number;
  keys: string[];
}

/** Leaves of each change what may still be told today; the rest becomes one row a request and day. */
export async function limit(
  manager: EntityManager,
  changes: readonly Change[],
  now: Date,
  perDay: number,
): Promise<{ told: Change[]; withheld: WithheldNews[] }> {
  const repeating = changes.filter(({ news }) => news.some(({ event }) => REPEATABLE.includes(event)));
  if (repeating.length === 0) return { told: [...changes], withheld: [] };
  const before = await toldBefore(manager, repeating, now);
  const rows: { requestId: string; count: number; lastKey: string }[] = [];
  const told = changes.map((change) => {
    const { today, keys } = before.get(change.requestId) ?? { today: 0, keys: [] as string[] };
    const fresh = change.news.filter(({ key }) => !keys.includes(key));
    const limited = withinLimit(fresh, today, perDay);
    const count = limited.withheld.length;
    if (count > 0) rows.push({ requestId: change.requestId, count, lastKey: limited.withheld.at(-1)!.key });
    return { ...change, news: fresh.filter((each) => limited.told.includes(each)) };
  });
  return { told, withheld: await noteWithheld(manager, rows, now) };
}

async function toldBefore(manager: EntityManager, changes: readonly Change[], now: Date) {
  const rows = await manager.query<Told[]>(
    `select request_id as "requestId", count(*) filter (where created_at >= $2)::int as today, array_agg(key) as keys
     from notice where request_id = any($1::uuid[]) and split_part(key, ':', 1) = any($3::text[]) group by request_id`,
    [changes.map(({ requestId }) => requestId), `${shanghaiDate(now)}T00:00:00+08:00`, REPEATABLE],
  );
  return new Map(rows.map((row) => [row.requestId, row]));
}

async function noteWithheld(manager: EntityManager, rows: object[], now: Date): Promise<WithheldNews[]> {
  if (rows.length === 0) return [];
  await manager.query(
    `delete from withheld where (request_id, day) in (
       select request_id, day from withheld where day < $1::date - $2::int limit 20 for update skip locked)`,
    [shanghaiDate(now), KEPT_DAYS],
  );
  return manager.query<WithheldNews[]>(
    `insert into withheld as w (request_id, day, count, last_key, last_at)
     select "requestId", $2::date, count, "lastKey", $3
     from jsonb_to_recordset($1::jsonb) n("requestId" uuid, count integer, "lastKey" text) order by "requestId"
     on conflict (request_id, day) do update
       set count = w.count + excluded.count, last_key = excluded.last_key, last_at = excluded.last_at
     returning request_id as "requestId", xmax = 0 as "isFirst"`,
    [JSON.stringify(rows), shanghaiDate(now), now],
  );
}
