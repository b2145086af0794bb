import { DataSource } from 'typeorm';
import type { EntityTarget, MigrationInterface, ObjectLiteral } from 'typeorm';
import type { DatabaseConfig } from './database.config.js';
import { PreparingClient } from './preparing-client.js';

export type Entity = Extract<EntityTarget<ObjectLiteral>, abstract new (...args: never[]) => unknown>;
export type Migration = new () => MigrationInterface;
export interface Tables {
  entities?: readonly Entity[];
  migrations?: readonly Migration[];
}

const TIME_LIMITS_MS = {
  statement_timeout: 5_000,
  idle_in_transaction_session_timeout: 5_000,
  transaction_timeout: 5_000,
};
const MIGRATION_LIMITS_MS = { lock_timeout: 30_000, statement_timeout: 0 };

export const schemaOf = (service: string) => service.replaceAll('-', '_');

// See docs/decisions/planner-uses-indexes-only.md.
const PLANNING = {
  ...{ jit: 'off', random_page_cost: 1.1 },
  ...{ enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' },
};

const settings = (schema: string, limits: Record<string, number>) =>
  Object.entries({ search_path: schema, timezone: 'UTC', ...PLANNING, ...limits })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');

function connection(service: string, config: DatabaseConfig, tables: Tables, limits: Record<string, number>) {
  const schema = schemaOf(service);
  return new DataSource({
    type: 'postgres',
    url: config.databaseUrl,
    schema,
    applicationName: service,
    entities: [...(tables.entities ?? [])],
    migrations: [...(tables.migrations ?? [])],
    migrationsTableName: 'migration',
    extra: {
      Client: PreparingClient,
      options: settings(schema, limits),
      max: config.databasePool,
      connectionTimeoutMillis: 5_000,
      pipeline: true,
    },
  });
}

async function createSchema(source: DataSource, schema: string) {
  // `create schema if not exists` needs the right to create even if the schema exists.
  const found: unknown[] = await source.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (found.length === 0) await source.query(`create schema "${schema}"`);
}

/** One instance migrates while the others wait. Two connections: one holds the lock, one migrates. */
async function migrate(service: string, config: DatabaseConfig, tables: Tables) {
  const source = connection(service, { ...config, databasePool: 2 }, tables, MIGRATION_LIMITS_MS);
  await source.initialize();
  const holder = source.createQueryRunner();
  try {
    await holder.query('set lock_timeout = 0');
    await holder.query('select pg_advisory_lock(hashtext($1))', [`migrate ${service}`]);
    await createSchema(source, schemaOf(service));
    await source.runMigrations({ transaction: 'each' });
    await holder.query('select pg_advisory_unlock(hashtext($1))', [`migrate ${service}`]);
  } finally {
    await holder.release();
    await source.destroy();
  }
}

/** Read without the lock, so that a start without new migrations waits for nobody. */
async function isUpToDate(source: DataSource): Promise<boolean> {
  const [found] = await source.query<{ table: string | null }[]>(`select to_regclass('migration') as table`);
  if (!found!.table) return false;
  const rows = await source.query<{ name: string }[]>('select name from migration');
  const made = new Set(rows.map(({ name }) => name));
  return source.migrations.every(({ name, constructor }) => made.has(name ?? constructor.name));
}

/** Opens the service's own schema and migrates it first, unless `config.migrate` is false. */
export async function openDatabase(service: string, config: DatabaseConfig, tables: Tables) {
  const source = await connection(service, config, tables, TIME_LIMITS_MS).initialize();
  if (!config.migrate || (await isUpToDate(source))) return source;
  await source.destroy();
  await migrate(service, config, tables);
  return source.initialize();
}

export async function timeOf(source: DataSource): Promise<Date> {
  const [{ now }] = await source.query<[{ now: Date }]>('select clock_timestamp() as now');
  return now;
}
