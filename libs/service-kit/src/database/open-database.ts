import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityTarget, MigrationInterface, ObjectLiteral, QueryRunner } from 'typeorm';
import { untilThere } from '../until-there.js';
import { addressOf, clientOf } from './connection-settings.js';
import type { DatabaseConfig } from './database.config.js';
import { classifyDatabaseError } from './failure-kind.js';

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
/** A migration whose process has been killed gives its locks back within a second. */
const MIGRATION_LIMITS_MS = {
  lock_timeout: 30_000,
  statement_timeout: 0,
  client_connection_check_interval: 1_000,
};
const TRY_LOCK_EVERY_MS = 200;

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

function connection(
  service: string,
  config: DatabaseConfig,
  tables: Tables,
  limits: Record<string, number>,
  pool = config.databasePool,
) {
  const schema = schemaOf(service);
  return new DataSource({
    type: 'postgres',
    // TypeORM would look for it by name, and find nothing where the program is one bundle.
    driver: pg,
    schema,
    applicationName: service,
    entities: [...(tables.entities ?? [])],
    migrations: [...(tables.migrations ?? [])],
    migrationsTableName: 'migration',
    extra: {
      Client: clientOf(config),
      options: settings(schema, limits),
      max: pool,
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

/** Asks again and again: who waited inside a statement would be waited for by an index that is made concurrently. */
async function lock(holder: QueryRunner, name: string): Promise<void> {
  for (;;) {
    const [row]: [{ taken: boolean }] = await holder.query(
      'select pg_try_advisory_lock(hashtext($1)) as taken',
      [name],
    );
    if (row.taken) return;
    await pause(TRY_LOCK_EVERY_MS);
  }
}

/** One instance migrates while the others wait. Two connections: one holds the lock, one migrates. */
async function migrate(service: string, config: DatabaseConfig, tables: Tables) {
  const source = connection(service, config, tables, MIGRATION_LIMITS_MS, 2);
  await source.initialize();
  const holder = source.createQueryRunner();
  try {
    await lock(holder, `migrate ${service}`);
    await createSchema(source, schemaOf(service));
    await source.runMigrations({ transaction: 'each' });
    await holder.query('select pg_advisory_unlock(hashtext($1))', [`migrate ${service}`]);
  } finally {
    await holder.release();
    await source.destroy();
  }
}

/** Read without the lock, so that a start without new migrations waits for nobody. */
async function missingMigrations(source: DataSource): Promise<string[]> {
  const [found] = await source.query<{ table: string | null }[]>(`select to_regclass('migration') as table`);
  const rows = found!.table ? await source.query<{ name: string }[]>('select name from migration') : [];
  const made = new Set(rows.map(({ name }) => name));
  return source.migrations
    .map(({ name, constructor }) => name ?? constructor.name)
    .filter((name) => !made.has(name));
}

/** A pooler between drops what connections are started with, and the service would work in another schema. */
async function requireOwnSchema(source: DataSource, schema: string): Promise<void> {
  const [{ path }] = await source.query<[{ path: string }]>(`select current_setting('search_path') as path`);
  if (path !== schema)
    throw new Error(
      `connections begin with the search_path ${path} and not ${schema}: a pooler in transaction mode drops their settings; connect to PostgreSQL itself`,
    );
}

/** Somebody else migrates this schema, and has not yet. */
class SchemaOutdated extends Error {}

async function tryOpen(service: string, config: DatabaseConfig, tables: Tables): Promise<DataSource> {
  const source = await connection(service, config, tables, TIME_LIMITS_MS).initialize();
  try {
    await requireOwnSchema(source, schemaOf(service));
    const missing = await missingMigrations(source);
    if (missing.length === 0) return source;
    if (!config.migrate)
      throw new SchemaOutdated(`its schema lacks ${missing.join(', ')}; run the migrations`);
    await source.destroy();
    await migrate(service, config, tables);
    return await source.initialize();
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw error;
  }
}

const isWorthWaiting = (error: unknown): boolean =>
  error instanceof SchemaOutdated || classifyDatabaseError(error) !== 'permanent';

/**
 * Opens the service's own schema and migrates it first, unless `config.migrate` is false. Waits for a database that is not
 * there, and for migrations that somebody else makes; `warn` is told what it waits for.
 */
export const openDatabase = (
  service: string,
  config: DatabaseConfig,
  tables: Tables,
  warn: (message: string) => void = () => {},
): Promise<DataSource> =>
  untilThere(
    warn,
    `PostgreSQL at ${addressOf(config)}`,
    () => tryOpen(service, config, tables),
    isWorthWaiting,
  );

export async function timeOf(source: DataSource): Promise<Date> {
  const [{ now }] = await source.query<[{ now: Date }]>('select clock_timestamp() as now');
  return now;
}
