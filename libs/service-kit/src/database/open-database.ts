import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityTarget, MigrationInterface, ObjectLiteral } from 'typeorm';
import type { DatabaseConfig } from './database.config.js';
import { classifyDatabaseError } from './failure-kind.js';
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

function passwordReader({ databaseUrl, databasePassword, databasePasswordFile }: DatabaseConfig) {
  if (new URL(databaseUrl).password) return undefined;
  if (databasePasswordFile) return () => readFileSync(databasePasswordFile, 'utf8').trim();
  return databasePassword === undefined ? undefined : () => databasePassword;
}

function connection(service: string, config: DatabaseConfig, tables: Tables, limits: Record<string, number>) {
  const schema = schemaOf(service);
  return new DataSource({
    type: 'postgres',
    // TypeORM would look for it by name, and find nothing where the program is one bundle.
    driver: pg,
    url: config.databaseUrl,
    schema,
    applicationName: service,
    entities: [...(tables.entities ?? [])],
    migrations: [...(tables.migrations ?? [])],
    migrationsTableName: 'migration',
    extra: {
      Client: PreparingClient,
      readPassword: passwordReader(config),
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

/** Migrations that the schema does not have yet. Read without the lock, so that a start without new ones waits for nobody. */
async function missingMigrations(source: DataSource): Promise<string[]> {
  const [found] = await source.query<{ table: string | null }[]>(`select to_regclass('migration') as table`);
  const rows = found!.table ? await source.query<{ name: string }[]>('select name from migration') : [];
  const made = new Set(rows.map(({ name }) => name));
  return source.migrations
    .map(({ name, constructor }) => name ?? constructor.name)
    .filter((name) => !made.has(name));
}

/** A pooler in front that shares connections between sessions drops what they are started with. */
async function refuseOtherSchema(source: DataSource, schema: string): Promise<void> {
  const [{ search_path: found }] = await source.query<[{ search_path: string }]>('show search_path');
  if (found === schema) return;
  await source.destroy();
  throw new Error(
    `the database gave search_path ${found} in place of ${schema}: connect to PostgreSQL itself, not to a pooler that shares sessions`,
  );
}

const WAIT_MS = 1_000;
const WARN_INTERVAL_MS = 30_000;

/**
 * Opens the service's own schema. A database that cannot be reached yet is waited for, and so is, where `config.migrate` is false,
 * a schema that is older than the service; `warn` is told for what, at once and every half a minute. Else the schema is migrated.
 */
export async function openDatabase(
  service: string,
  config: DatabaseConfig,
  tables: Tables,
  warn: (sentence: string) => void = () => {},
): Promise<DataSource> {
  let told = { reason: '', at: 0 };
  for (;;) {
    const source = connection(service, config, tables, TIME_LIMITS_MS);
    const reason = await tryToOpen(service, source, config, tables);
    if (reason === undefined) return source;
    if (reason !== told.reason || Date.now() - told.at >= WARN_INTERVAL_MS) {
      warn(reason);
      told = { reason, at: Date.now() };
    }
    await pause(WAIT_MS);
  }
}

/** SQLSTATE 3D000: somebody has yet to make the database. */
const isNotMade = (error: unknown): boolean => (error as { code?: string }).code === '3D000';

/** Answers why it cannot be used yet; `undefined` when it is open. */
async function tryToOpen(
  service: string,
  source: DataSource,
  config: DatabaseConfig,
  tables: Tables,
): Promise<string | undefined> {
  try {
    await source.initialize();
    await refuseOtherSchema(source, schemaOf(service));
    const missing = await missingMigrations(source);
    if (missing.length === 0) return undefined;
    await source.destroy();
    if (!config.migrate) return `waiting for the schema: ${missing.join(', ')} is missing`;
    await migrate(service, config, tables);
    await source.initialize();
    return undefined;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    if (classifyDatabaseError(error) !== 'away' && !isNotMade(error)) throw error;
    return `waiting for the database: ${(error as Error).message || (error as { code?: string }).code}`;
  }
}

export async function timeOf(source: DataSource): Promise<Date> {
  const [{ now }] = await source.query<[{ now: Date }]>('select clock_timestamp() as now');
  return now;
}
