import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { DatabaseConfig } from './database.config.js';
import { openDatabase, type Tables } from './open-database.js';

@Entity()
class Pipe {
  @PrimaryColumn('text')
  id!: string;

  @Column('int')
  metres!: number;
}

class CreatePipe1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('select pg_sleep(0.2)');
    await runner.query('create table pipe (id text primary key, metres int not null)');
  }
  async down() {}
}

class PaintPipe1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('alter table pipe add colour text');
  }
  async down() {}
}

const tables: Tables = { entities: [Pipe], migrations: [CreatePipe1760000000000] };
const later: Tables = { ...tables, migrations: [CreatePipe1760000000000, PaintPipe1760000001000] };

describe('openDatabase', () => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: process.env.TEST_POSTGRES });
  const opened: DataSource[] = [];

  const url = new URL(process.env.TEST_POSTGRES ?? '');
  url.pathname = name;

  const open = async (wishes: Partial<DatabaseConfig> = {}, made = tables, warn?: (why: string) => void) => {
    const config = Object.assign(new DatabaseConfig(), { databaseUrl: url.href, databasePool: 2 }, wishes);
    const source = await openDatabase('adapter-water', config, made, warn);
    opened.push(source);
    return source;
  };

  beforeAll(async () => {
    await admin.connect();
    await admin.query(`create database ${name}`);
  });
  afterEach(() => Promise.all(opened.splice(0).map((source) => source.destroy())));
  afterAll(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });

  it('migrates once, whoever starts at the same time', async () => {
    const sources = await Promise.all([open(), open(), open()]);
    const rows: unknown = await sources[0]?.query('select name from migration');
    expect(rows).toHaveLength(1);
  });

  it('waits for nobody who migrates where there is nothing to migrate', async () => {
    await open();
    const other = new Client({ connectionString: url.href });
    await other.connect();
    await other.query(`select pg_advisory_lock(hashtext('migrate adapter-water'))`);
    const source = await open();
    expect(await source.query('select count(*)::int as pipes from pipe')).toEqual([{ pipes: 0 }]);
    await other.end();
  });

  it('makes what is new since the last start', async () => {
    await open();
    const source = await open({}, later);
    expect(await source.query('select colour from pipe')).toEqual([]);
  });

  it('finds its tables in the schema of its name, by entity and by plain SQL alike', async () => {
    const source = await open();
    await source.getRepository(Pipe).insert({ id: 'p1', metres: 7 });
    expect(await source.query('select metres from adapter_water.pipe where id = $1', ['p1'])).toEqual([
      { metres: 7 },
    ]);
    expect(await source.query('select metres from pipe where id = $1', ['p1'])).toEqual([{ metres: 7 }]);
  });

  it.each(['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'])(
    'limits work by %s',
    async (setting) => {
      const source = await open();
      expect(await source.query(`select current_setting($1) as limit`, [setting])).toEqual([{ limit: '5s' }]);
    },
  );

  it('waits for a database that nobody has made yet, then for a schema that others migrate, and names both', async () => {
    const later = new URL(url);
    later.pathname = `${name}_later`;
    const waits = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const seen = new Set<string>();
    const warn = (why: string) => {
      if (!seen.has(why)) waits[seen.size]!.resolve(why);
      seen.add(why);
    };
    const waiting = open({ databaseUrl: later.href, migrate: false }, tables, warn);
    expect(await waits[0]!.promise).toMatch(/^waiting for the database: .*_later" does not exist/);
    await admin.query(`create database ${name}_later`);
    expect(await waits[1]!.promise).toBe('waiting for the schema: CreatePipe1760000000000 is missing');
    await open({ databaseUrl: later.href });
    const source = await waiting;
    expect(await source.query('select count(*)::int as pipes from pipe')).toEqual([{ pipes: 0 }]);
    await Promise.all(opened.splice(0).map((each) => each.destroy()));
    await admin.query(`drop database ${name}_later with (force)`);
  });

  it('reads a password from its file for every new connection', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lianban-password-')), 'password');
    const role = `reader_${name}`;
    await admin.query(`create role ${role} superuser login password 'first'`);
    writeFileSync(file, 'first\n');
    const own = new URL(url);
    own.username = role;
    own.password = '';
    const source = await open({ databaseUrl: own.href, databasePasswordFile: file });
    await admin.query(`alter role ${role} password 'second'`);
    writeFileSync(file, 'second\n');
    // One more than is open: it must log in anew.
    const all = [source.createQueryRunner(), source.createQueryRunner()];
    for (const each of all) expect(await each.query('select 1 as one')).toEqual([{ one: 1 }]);
    await Promise.all(all.map((each) => each.release()));
    await source.destroy();
    opened.splice(0);
    await admin.query(`drop role ${role}`);
  });

  it('refuses a connection that somebody in between has made without its search path', async () => {
    const pooled = new URL(url);
    // What a pooler of transactions does with the options of a start: it leaves them out.
    const role = `pooled_${name}`;
    await admin.query(`create role ${role} superuser login password 'x'`);
    pooled.username = role;
    pooled.password = 'x';
    pooled.searchParams.set('options', '-c search_path=public');
    await expect(open({ databaseUrl: pooled.href })).rejects.toThrow(
      /search_path public in place of adapter_water/,
    );
    await admin.query(`drop role ${role}`);
  });
});
