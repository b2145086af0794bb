import {
  chownSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAdmin, freePort, startPostgres, type RunningPostgres } from '@lianban/engines';
import { CertificateAuthority, eventually } from '@lianban/testing';
import type { DataSource } from 'typeorm';
import { DatabaseConfig } from './database.config.js';
import { openDatabase } from './open-database.js';

describe('a PostgreSQL that is reached by TLS alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-tls-'));
  const trusted = join(folder, 'trusted.crt');
  const opened: Promise<DataSource>[] = [];
  let warnings: string[];
  let postgres: RunningPostgres;
  let ours: CertificateAuthority;
  let foreign: CertificateAuthority;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    [ours, foreign] = (await Promise.all(
      ['ours', 'foreign'].map((name) => CertificateAuthority.create(folder, name)),
    )) as [CertificateAuthority, CertificateAuthority];
    const data = join(folder, 'postgres');
    postgres = await startPostgres({ folder: data, port: await freePort(), password: 'first' });
    await asAdmin(postgres.adminUrl, async (admin) => {
      await admin.query('create schema shop');
      await serveTls(data);
      await admin.query('alter system set ssl = on');
      await admin.query('select pg_reload_conf()');
    });
  });
  beforeEach(() => (warnings = []));
  afterEach(async () => {
    for (const source of await Promise.all(opened.splice(0))) await source.destroy();
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });

  /** PostgreSQL's user alone may read the key; from now on pg_hba lets nobody in without TLS. */
  async function serveTls(data: string): Promise<void> {
    const { uid, gid } = statSync(data);
    const { certFile, keyFile } = await ours.issue('server');
    for (const [from, to] of [
      [certFile, 'server.crt'],
      [keyFile, 'server.key'],
    ] as const) {
      copyFileSync(from, join(data, to));
      chownSync(join(data, to), uid, gid);
      chmodSync(join(data, to), 0o600);
    }
    const rules = join(data, 'pg_hba.conf');
    writeFileSync(rules, readFileSync(rules, 'utf8').replace(/^host /gm, 'hostssl '));
  }

  const configOf = (query: string, password = 'first'): DatabaseConfig => {
    const url = new URL(postgres.adminUrl);
    url.password = '';
    return Object.assign(new DatabaseConfig(), {
      databaseUrl: `${url.href}${query}`,
      databasePassword: password,
      databasePool: 2,
    });
  };
  const open = (config: DatabaseConfig): Promise<DataSource> => {
    const source = openDatabase('shop', config, {}, (warning) => warnings.push(warning));
    opened.push(source);
    return source;
  };
  const verified = () => `?sslmode=verify-full&sslrootcert=${trusted}`;

  it('is used with the authority and the password that are given beside its address', async () => {
    copyFileSync(ours.certFile, trusted);
    const source = await open(configOf(verified()));
    const rows: unknown = await source.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    expect(rows).toEqual([{ ssl: true }]);
  });

  it('is refused by the name of the fault with another authority, and used once the file holds the right one', async () => {
    copyFileSync(foreign.certFile, trusted);
    const source = open(configOf(verified()));
    await eventually(() =>
      expect(warnings.join()).toMatch(/waiting for PostgreSQL at 127.0.0.1:\d+\/postgres: .*certificate/),
    );
    copyFileSync(ours.certFile, trusted);
    expect(await (await source).query('select 1 as one')).toEqual([{ one: 1 }]);
    expect(warnings).toHaveLength(1);
  });

  it('lets nobody in without TLS', async () => {
    copyFileSync(ours.certFile, trusted);
    const config = configOf('');
    const source = open(config);
    await eventually(() => expect(warnings.join()).toContain('no encryption'));
    config.databaseUrl += verified();
    await source;
  });

  it('is reached by new connections with a password that has changed', async () => {
    copyFileSync(ours.certFile, trusted);
    const config = configOf(verified());
    const source = await open(config);
    const held = source.createQueryRunner();
    await held.query(`alter role postgres password 'second'`);
    config.databasePassword = 'second';
    const other = source.createQueryRunner();
    expect(await other.query('select 1 as one')).toEqual([{ one: 1 }]);
    await held.query(`alter role postgres password 'first'`);
    await Promise.all([held.release(), other.release()]);
  });
});
