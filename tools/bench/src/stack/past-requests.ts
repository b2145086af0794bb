import { SERVICES } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { schemaOf } from '@lianban/service-kit';
import type pg from 'pg';

/** One copy lies this much before the other. */
const SPACING_MS = 1;
const BATCH_SIZE = 20_000;

interface Column {
  name: string;
  type: string;
  isIndexed: boolean;
}

interface Table {
  name: string;
  columns: Column[];
}

// Ids keep the shape of UUIDs of version 7: time first, so that the copies lie in the indexes as real ones would.
const SHIFT = `create or replace function pg_temp.shifted(id uuid, n bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(greatest(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint - n * ${SPACING_MS}, 0)), 12, '0')
    || substr(md5(id::text || n), 13))::uuid $$`;

const TABLES = `select n.nspname || '.' || c.relname as name, json_agg(json_build_object(
    'name', quote_ident(a.attname), 'type', format_type(a.atttypid, null),
    'isIndexed', exists (select 1 from pg_index i where i.indrelid = c.oid and a.attnum = any(i.indkey))
  ) order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
  where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname <> 'outbox'
  group by 1 having bool_or(a.atttypid = 'uuid'::regtype)`;

/**
 * Fills every service's tables with copies of one request that has ended, each with ids and times of its own: set by set,
 * straight into the tables, because a million requests would take the services an hour. Outboxes are left out: nothing
 * may be published again.
 * @param from copies made before
 */
export function fillWithCopies(database: string, model: string, from: number, until: number): Promise<void> {
  return asAdmin(database, async (client) => {
    await client.query(`set session_replication_role = replica; set synchronous_commit = off; ${SHIFT}`);
    const tables = await tablesWith(client, model);
    for (let n = from; n < until; n += BATCH_SIZE)
      for (const table of tables)
        await client.query(copyOf(table, client.escapeLiteral(model)), [
          n + 1,
          Math.min(n + BATCH_SIZE, until),
        ]);
  });
}

/** Everything that the services do in time by themselves, done at once. */
export function settleTables(database: string): Promise<void> {
  return asAdmin(
    database,
    async (client) => void (await client.query('vacuum (analyze)'), await client.query('checkpoint')),
  );
}

/** Big tables that were read from end to end since they were looked at before, and how often. */
export async function sequentialScans(database: string): Promise<Map<string, number>> {
  const { rows } = await asAdmin(database, (client) =>
    client.query<{ name: string; scans: string }>(
      `select schemaname || '.' || relname as name, seq_scan as scans from pg_stat_user_tables where n_live_tup > $1`,
      [BIG],
    ),
  );
  return new Map(rows.map(({ name, scans }) => [name, Number(scans)]));
}

export const BIG = 10_000;

async function tablesWith(client: pg.Client, model: string): Promise<Table[]> {
  const { rows } = await client.query<Table>(TABLES, [SERVICES.map(schemaOf)]);
  const found = [];
  for (const table of rows) {
    const isIn = await client.query(
      `select 1 from ${table.name} where ${holds(table, client.escapeLiteral(model))}`,
    );
    if (isIn.rowCount) found.push(table);
  }
  return found;
}

const isId = ({ type }: Column): boolean => type === 'uuid';

const holds = ({ columns }: Table, model: string): string =>
  columns
    .filter(isId)
    .map(({ name }) => `${name} = ${model}`)
    .join(' or ');

function copyOf(table: Table, model: string): string {
  const names = table.columns.map(({ name }) => name).join(', ');
  return `insert into ${table.name} (${names}) select ${table.columns.map(copied).join(', ')}
    from (select * from ${table.name} where ${holds(table, model)}) m cross join generate_series($1::bigint, $2::bigint) n`;
}

/** Ids and times are shifted; what names one thing in an index (a receipt, a key, a hash: long, with digits) gets another end. */
function copied({ name, type, isIndexed }: Column): string {
  if (type === 'uuid') return `pg_temp.shifted(${name}, n)`;
  if (type.startsWith('timestamp')) return `${name} - n * interval '${SPACING_MS} ms'`;
  if (type !== 'text' || !isIndexed) return name;
  return `case when ${name} ~ '\\d' and length(${name}) >= 12 then left(${name}, 8) || substr(md5(${name} || n), 1, length(${name}) - 8) else ${name} end`;
}
