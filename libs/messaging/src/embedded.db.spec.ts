import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAdmin, freePort, startPostgres } from '@lianban/engines';
import {
  AnsweringIntake,
  AnsweringRouting,
  aSnapshot,
  eventually,
  Forked,
  type ForkOptions,
  MessagingFixture,
  outboxEvents,
  Routing,
  SecondProjection,
  TestProjection,
} from '@lianban/testing';
import pg from 'pg';
import { adoptTransport } from './installation.js';
import { EmbeddedOutbox } from './embedded/embedded-outbox.js';

const someIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
const firstVersions = (ids: readonly string[]) => ids.map((id) => aSnapshot(1, id));
const ROOM = 20;
const CRAMPED = { QUEUE_MAX_RECORDS: String(ROOM), BATCH_SIZE: '5' };

function storedOnce(fixture: MessagingFixture, ids: readonly string[], service: string): Promise<void> {
  return eventually(async () => {
    const effects = (await fixture.effectsOf(ids, service)).map(({ id }) => id);
    expect(effects.toSorted()).toEqual(ids.toSorted());
  }, 60_000);
}

async function storedByBoth(fixture: MessagingFixture, ids: readonly string[]): Promise<void> {
  await storedOnce(fixture, ids, 'tracking');
  await storedOnce(fixture, ids, 'notification');
}

/** Of what both projections and intake read, intake is not there. */
const leftForOthers = (fixture: MessagingFixture): Promise<void> =>
  eventually(async () =>
    expect(await fixture.count('routing.outbox', `coalesce(pending_groups <> '{intake}', true)`)).toBe(0),
  );

/** Makes a projection wait until it is released. */
async function stick(fixture: MessagingFixture, service: string): Promise<() => Promise<void>> {
  const client = new pg.Client(fixture.database.adminUrl);
  await client.connect();
  await client.query(`begin; lock table ${service}.projection in access exclusive mode`);
  return async () => {
    await client.query('commit');
    await client.end();
  };
}

describe('the embedded transport', () => {
  let fixture: MessagingFixture;
  afterEach(() => fixture.close());

  it('keeps on with the other groups while one is stuck, in bounded memory, and gives it everything afterwards', async () => {
    fixture = await MessagingFixture.open('embedded', { env: CRAMPED });
    await fixture.start(TestProjection, { env: CRAMPED });
    await fixture.start(SecondProjection, { env: CRAMPED });
    const release = await stick(fixture, 'tracking');
    const ids = someIds(1_500);
    for (let i = 0; i < ids.length; i += 10) await fixture.publish(firstVersions(ids.slice(i, i + 10)));
    await storedOnce(fixture, ids, 'notification');
    await eventually(() =>
      expect(fixture.publisher.get(EmbeddedOutbox).length).toBeLessThanOrEqual(2 * ROOM),
    );
    expect(await fixture.count('tracking.effect')).toBe(0);
    await release();
    await storedOnce(fixture, ids, 'tracking');
    await leftForOthers(fixture);
  });

  it('goes on where all queues of a cycle of services are full', async () => {
    const env = { QUEUE_MAX_RECORDS: '4', BATCH_SIZE: '2' };
    fixture = await MessagingFixture.prepare('embedded');
    fixture.publisher = await fixture.start(AnsweringRouting, { env });
    await fixture.start(AnsweringIntake, { env });
    const ids = someIds(300);
    for (let i = 0; i < ids.length; i += 10) await fixture.publish(firstVersions(ids.slice(i, i + 10)));
    await eventually(async () => {
      const ended = await fixture.query(
        `select distinct key from ${outboxEvents('routing.outbox')} where body::jsonb->>'version' = '4'
           and not 'intake' = any(pending_groups)`,
      );
      expect(ended).toHaveLength(300);
      expect(await fixture.count('intake.outbox')).toBe(0);
    }, 60_000);
  });

  it('finds what was committed though the answer to COMMIT was lost', async () => {
    fixture = await MessagingFixture.open('embedded');
    await fixture.start(TestProjection);
    const [id] = someIds(1) as [string];
    await fixture.insert([fixture.record(aSnapshot(1, id))]);
    await storedOnce(fixture, [id], 'tracking');
  });

  it('starts with a backlog of 6,000 rows, more than one look reads, and drains it', async () => {
    fixture = await MessagingFixture.open('embedded');
    const { type, topic, body } = fixture.record(aSnapshot(1, NIL));
    await fixture.query(
      `insert into routing.outbox (event_ids, type, time, keys, topic, bodies)
       select array[gen_random_uuid()], $1, now(), array[key], $2, replace($3, '${NIL}', key::text)
       from (select gen_random_uuid() as key from generate_series(1, 6000)) k`,
      [type, topic, body],
    );
    await fixture.stop(fixture.publisher);
    const worker = await Forked.start(fixture, { role: 'all', execArgv: ['--max-old-space-size=64'] });
    for (const service of ['tracking', 'notification'])
      await eventually(async () => expect(await fixture.count(`${service}.effect`)).toBe(6_000), 90_000);
    await leftForOthers(fixture);
    await worker.kill();
  });

  it('takes its lock again where its session was lost, and another process is refused then as before', async () => {
    fixture = await MessagingFixture.open('embedded');
    await fixture.start(TestProjection);
    const [lost] = await fixture.query<{ pid: number }>(
      `select pid, pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7102
         and database = (select oid from pg_database where datname = current_database())`,
    );
    await eventually(async () => {
      const holders = await lockHolders(fixture);
      expect(holders).toHaveLength(1);
      expect(holders).not.toContain(lost!.pid);
    });
    await expect(Forked.start(fixture, { role: 'projection' })).rejects.toThrow(/there can be only one/);
    const [id] = someIds(1) as [string];
    await fixture.publish(aSnapshot(1, id));
    await storedOnce(fixture, [id], 'tracking');
  });

  it('refuses the other transport while rows are left, and lets it in when they are handled', async () => {
    fixture = await MessagingFixture.open('embedded');
    const projection = await fixture.start(TestProjection);
    await fixture.publish(aSnapshot());
    const adopt = () =>
      asAdmin(fixture.database.urlOf('routing'), (client) =>
        adoptTransport(
          { query: async (sql, values) => (await client.query(sql, values)).rows as unknown[] },
          'kafka',
        ),
      );
    await expect(adopt()).rejects.toThrow(/a process with TRANSPORT=embedded still serves this database/);
    await fixture.stop(projection);
    await fixture.stop(fixture.publisher);
    await expect(adopt()).rejects.toThrow(/routing.outbox still has events of TRANSPORT=embedded/);
    await fixture.query('delete from routing.outbox');
    await adopt();
    await expect(fixture.start(Routing)).rejects.toThrow(/is used with kafka/);
  });
});

describe('the embedded transport, its process killed', () => {
  let fixture: MessagingFixture;
  const running: Forked[] = [];

  beforeAll(async () => {
    fixture = await MessagingFixture.prepare('embedded');
  });
  afterEach(() => Promise.all(running.splice(0).map((worker) => worker.kill())));
  afterAll(() => fixture.close());

  const fork = async (options: Omit<ForkOptions, 'role'> = {}): Promise<Forked> => {
    const worker = await Forked.start(fixture, { role: 'all', ...options });
    running.push(worker);
    return worker;
  };

  it.each(['committed', 'handled', 'handler-committed', 'outbox-deleted'])(
    'loses nothing and changes nothing twice when it is started again: %s',
    async (step) => {
      const ids = someIds(30);
      const doomed = await fork({ killAt: step });
      doomed.publish(ids);
      await Promise.race([doomed.exited, storedByBoth(fixture, ids)]);
      await doomed.kill();
      await fork();
      await storedByBoth(fixture, ids);
      await leftForOthers(fixture);
    },
  );

  it('loses nothing that was in full queues', async () => {
    const first = await fork({ env: CRAMPED });
    const releases = [await stick(fixture, 'tracking'), await stick(fixture, 'notification')];
    const ids = someIds(400);
    for (let i = 0; i < ids.length; i += 100) {
      first.publish(ids.slice(i, i + 100));
      await first.published();
    }
    await first.kill();
    for (const release of releases) await release();
    await fork({ env: CRAMPED });
    await storedByBoth(fixture, ids);
    await leftForOthers(fixture);
  });
});

describe('the embedded transport, its PostgreSQL killed', () => {
  it('goes on when it is back, and loses nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-test-'));
    await chmod(folder, 0o755);
    const options = { folder: join(folder, 'postgres'), port: await freePort(), password: 'test' };
    const first = await startPostgres(options);
    const fixture = await MessagingFixture.open('embedded', { clusterUrl: first.adminUrl });
    await fixture.start(TestProjection);
    const ids = someIds(200);
    const accepted: string[] = [];
    for (const [index, id] of ids.entries()) {
      if (index === 100) await first.kill();
      await fixture.publish(aSnapshot(1, id)).then(
        () => accepted.push(id),
        () => {},
      );
    }
    const second = await startPostgres(options);
    const [after] = someIds(1) as [string];
    await eventually(() => fixture.publish(aSnapshot(1, after)));
    await storedOnce(fixture, [...accepted, after], 'tracking');
    await eventually(async () => expect(await lockHolders(fixture)).toHaveLength(1));
    await fixture.close();
    await second.stop();
    await rm(folder, { recursive: true });
  });
});

const NIL = '00000000-0000-0000-0000-000000000000';

/** Pids of the sessions that have the lock of the one process. */
const lockHolders = async (fixture: MessagingFixture): Promise<number[]> => {
  const rows = await fixture.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and classid = 7102
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.map(({ pid }) => pid);
};
