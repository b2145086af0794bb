import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { freePort } from '@lianban/engines';
import { eventually, TcpProxy } from '@lianban/testing';
import { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex } from './create-index.js';
import { DatabaseConfig } from './database.config.js';
import { classifyDatabaseError } from './failure-kind.js';
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

class BendPipe1760000002000 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('alter table pipe add angle int');
  }
  async down() {}
}

class FindPipe1760000003000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner) {
    await createIndex(runner, 'pipe_metres', 'pipe (metres) where metres > 0');
  }
  async down() {}
}

/** Behaves as a pooler does that shares server connections: it hands on whose they are, and not their settings. */
async function startPoolerThatDropsOptions(target: number): Promise<Server> {
  const pooler = createServer((client) => {
    const server = connect(target, '127.0.0.1');
    client.once('data', (startup) => {
      const parameters = startup.subarray(8).toString().split('\0');
      const kept: string[] = [];
      for (let place = 0; parameters[place]; place += 2)
        if (parameters[place] !== 'options') kept.push(parameters[place]!, parameters[place + 1]!);
      const body = Buffer.from(`${kept.join('\0')}\0\0`);
      const head = Buffer.from(startup.subarray(0, 8));
      head.writeUInt32BE(8 + body.length);
      server.write(Buffer.concat([head, body]));
      client.pipe(server).pipe(client);
    });
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  await new Promise<void>((done) => pooler.listen(0, '127.0.0.1', done));
  return pooler;
}

const tables: Tables = { entities: [Pipe], migrations: [CreatePipe1760000000000] };
const latest: Tables = {
  ...tables,
  migrations: [CreatePipe1760000000000, PaintPipe1760000001000, BendPipe1760000002000],
};
const later: Tables = { ...tables, migrations: [CreatePipe1760000000000, PaintPipe1760000001000] };
const indexed: Tables = { ...tables, migrations: [CreatePipe1760000000000, FindPipe1760000003000] };

describe('openDatabase', () => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: process.env.TEST_POSTGRES });
  const opened: DataSource[] = [];
  let warnings: string[];

  const url = new URL(process.env.TEST_POSTGRES ?? '');
  url.pathname = name;

  const open = async (wishes: Partial<DatabaseConfig> = {}, made = tables) => {
    const config = Object.assign(new DatabaseConfig(), { databaseUrl: url.href, databasePool: 2 }, wishes);
    const source = await openDatabase('adapter-water', config, made, (warning) => warnings.push(warning));
    opened.push(source);
    return source;
  };

  beforeAll(async () => {
    await admin.connect();
    await admin.query(`create database ${name}`);
  });
  beforeEach(() => (warnings = []));
  afterEach(() => Promise.all(opened.splice(0).map((source) => source.destroy())));
  afterAll(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });

  it('waits for a server that does not answer yet', async () => {
    const port = await freePort();
    const proxy = await TcpProxy.start(port, Number(url.port));
    proxy.shut();
    const away = new URL(url);
    away.port = String(port);
    const waiting = open({ databaseUrl: away.href });
    await eventually(() =>
      expect(warnings.join()).toContain(`waiting for PostgreSQL at ${away.host}/${name}`),
    );
    proxy.open();
    await waiting;
    await opened.pop()!.destroy();
    await proxy.stop();
  });

  it('waits for a database that is not made yet', async () => {
    const made = `${name}_late`;
    const later = new URL(url);
    later.pathname = made;
    const waiting = open({ databaseUrl: later.href });
    await eventually(() => expect(warnings.join()).toContain('does not exist'));
    await admin.query(`create database ${made}`);
    await waiting;
    await opened.pop()!.destroy();
    await admin.query(`drop database ${made} with (force)`);
  });

  it('is refused behind a pooler that drops what connections are started with', async () => {
    const pooler = await startPoolerThatDropsOptions(Number(url.port));
    const behind = new URL(url);
    behind.port = String((pooler.address() as AddressInfo).port);
    await expect(open({ databaseUrl: behind.href })).rejects.toThrow(/pooler in transaction mode/);
    pooler.close();
  });

  it('leaves a server that may only be read', async () => {
    const source = await open({ databasePool: 1 });
    const pid = async () => (await source.query<[{ pid: number }]>('select pg_backend_pid() as pid'))[0].pid;
    const before = await pid();
    await source.query('set default_transaction_read_only = on');
    expect(await pid()).toBe(before);
    const refused: unknown = await source
      .query(`insert into pipe values ('p9', 1)`)
      .catch((error: unknown) => error);
    expect(classifyDatabaseError(refused)).toBe('away');
    expect(await pid()).not.toBe(before);
  });

  it('migrates once, whoever starts at the same time', async () => {
    const sources = await Promise.all([open(), open(), open()]);
    const rows: unknown = await sources[0]?.query('select name from migration');
    expect(rows).toHaveLength(1);
  });

  describe('an index that is made concurrently', () => {
    const forget = async (source: DataSource) => {
      await source.query(`delete from migration where name like 'FindPipe%'`);
    };
    const isValid = (source: DataSource) =>
      source.query<object[]>(`select indisvalid from pg_index where indexrelid = 'pipe_metres'::regclass`);

    it('waits for nobody who waits to migrate', async () => {
      const [source] = await Promise.all([open({}, indexed), open({}, indexed), open({}, indexed)]);
      expect(await isValid(source)).toEqual([{ indisvalid: true }]);
    });

    it('lets others write while it waits for a transaction', async () => {
      const source = await open({}, indexed);
      await source.query('drop index pipe_metres');
      await forget(source);
      const writer = new Client({ connectionString: url.href });
      await writer.connect();
      await writer.query(`begin; insert into adapter_water.pipe values ('slow', 1)`);
      const opening = open({}, indexed);
      await eventually(async () =>
        expect(
          await source.query(`select 1 as one from pg_stat_activity where query like 'create index concurrently%'
            and wait_event_type = 'Lock'`),
        ).toHaveLength(1),
      );
      await source.query(`insert into pipe values ('quick', 2)`);
      await writer.query('commit');
      await writer.end();
      expect(await isValid(await opening)).toEqual([{ indisvalid: true }]);
      await source.query('delete from pipe');
    });

    it('is made anew where a try was broken off, and left alone where it is there', async () => {
      const source = await open({}, indexed);
      const oid = async () => (await source.query<object[]>(`select 'pipe_metres'::regclass::oid as oid`))[0];
      const first = await oid();
      await forget(source);
      await open({}, indexed);
      expect(await oid()).toEqual(first);
      await forget(source);
      const superuser = new Client({ connectionString: url.href });
      await superuser.connect();
      await superuser.query(
        `update pg_index set indisvalid = false where indexrelid = 'adapter_water.pipe_metres'::regclass`,
      );
      await superuser.end();
      await open({}, indexed);
      expect(await isValid(source)).toEqual([{ indisvalid: true }]);
      expect(await oid()).not.toEqual(first);
    });
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

  it('waits for tables that somebody else makes if migration is off, and names what it lacks', async () => {
    const waiting = open({ migrate: false }, latest);
    await eventually(() => expect(warnings.join()).toContain('lacks BendPipe1760000002000; run'));
    await open({}, latest);
    await expect((await waiting).query('select angle from pipe')).resolves.toBeDefined();
    expect(warnings).toHaveLength(1);
  });
});
