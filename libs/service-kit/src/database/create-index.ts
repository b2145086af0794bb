import type { QueryRunner } from 'typeorm';

/**
 * Makes an index while the table is written to, for a migration with `transaction = false`. Harmless to repeat: what a try that
 * was broken off has left is made anew. It waits for every transaction that is older, however long, and blocks none.
 * @param on the table, and what of it; for example `pipe (metres) where metres > 0`
 */
export async function createIndex(runner: QueryRunner, name: string, on: string): Promise<void> {
  const unfinished: unknown[] = await runner.query(
    'select 1 from pg_index where indexrelid = to_regclass($1) and not indisvalid',
    [name],
  );
  await runner.query('set lock_timeout = 0');
  if (unfinished.length > 0) await runner.query(`drop index concurrently if exists ${name}`);
  await runner.query(`create index concurrently if not exists ${name} on ${on}`);
  await runner.query('reset lock_timeout');
}
