import { asAdmin } from '@lianban/engines';

export interface RowCounts {
  inserted: number;
  updated: number;
  /** Of the updated ones, those that made no entry in any index. */
  hot: number;
  deleted: number;
}

/** What the services had the database do since it was made. */
export interface DatabaseCounts {
  /** By table, `schema.name`; partitions count for their table. */
  tables: Record<string, RowCounts>;
  transactions: number;
  statements: number;
  walBytes: number;
}

// What an administrator asks, this very bench too, is a transaction for each statement, and is left out.
const TOTALS = `
  with calls as (
    select coalesce(sum(calls) filter (where not rolsuper), 0) as of_services,
      coalesce(sum(calls) filter (where rolsuper), 0) as of_admins
    from pg_stat_statements s join pg_roles r on r.oid = s.userid
    where s.dbid = (select oid from pg_database where datname = current_database()))
  select xact_commit + xact_rollback - of_admins as transactions, of_services as statements,
    pg_current_wal_lsn() - '0/0'::pg_lsn as "walBytes"
  from pg_stat_database, calls where datname = current_database()`;

const TABLES = `
  select n.nspname || '.' || c.relname as name, sum(n_tup_ins) as inserted, sum(n_tup_upd) as updated,
    sum(n_tup_hot_upd) as hot, sum(n_tup_del) as deleted
  from pg_stat_user_tables s join pg_class c on c.oid = coalesce(pg_partition_root(s.relid)::oid, s.relid)
  join pg_namespace n on n.oid = c.relnamespace
  group by 1 having sum(n_tup_ins + n_tup_upd + n_tup_del) > 0`;

export const countDatabase = (database: string): Promise<DatabaseCounts> =>
  asAdmin(database, async (client) => {
    const tables = await client.query<{ name: string } & Record<keyof RowCounts, string>>(TABLES);
    const totals = await client.query<Record<'transactions' | 'statements' | 'walBytes', string>>(TOTALS);
    const { transactions, statements, walBytes } = totals.rows[0]!;
    return {
      tables: Object.fromEntries(tables.rows.map(({ name, ...row }) => [name, numbers(row)])),
      ...numbers({ transactions, statements, walBytes }),
    };
  });

const numbers = <K extends string>(row: Record<K, string>): Record<K, number> =>
  Object.fromEntries(Object.entries<string>(row).map(([name, text]) => [name, Number(text)])) as Record<
    K,
    number
  >;

/** What was counted between the two. */
export function databaseCountsBetween(before: DatabaseCounts, after: DatabaseCounts): DatabaseCounts {
  const tables = Object.entries(after.tables).map(
    ([name, counts]) => [name, rowsBetween(before.tables[name] ?? NO_ROWS, counts)] as const,
  );
  return {
    tables: Object.fromEntries(tables.filter(([, counts]) => written(counts) > 0)),
    transactions: after.transactions - before.transactions,
    statements: after.statements - before.statements,
    walBytes: after.walBytes - before.walBytes,
  };
}

const NO_ROWS: RowCounts = { inserted: 0, updated: 0, hot: 0, deleted: 0 };

const rowsBetween = (before: RowCounts, after: RowCounts): RowCounts => ({
  inserted: after.inserted - before.inserted,
  updated: after.updated - before.updated,
  hot: after.hot - before.hot,
  deleted: after.deleted - before.deleted,
});

export const allRows = ({ tables }: DatabaseCounts): RowCounts =>
  Object.values(tables).reduce(
    (sum, each) => ({
      inserted: sum.inserted + each.inserted,
      updated: sum.updated + each.updated,
      hot: sum.hot + each.hot,
      deleted: sum.deleted + each.deleted,
    }),
    NO_ROWS,
  );

/** Inserted, updated and deleted together. */
export const written = ({ inserted, updated, deleted }: RowCounts): number => inserted + updated + deleted;
