import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { asAdmin, freePort } from '@lianban/engines';
import {
  aKafka,
  aRequest,
  DeliveryWorld,
  eventually,
  Forked,
  Intake,
  Keeper,
  TcpProxy,
  type TransportName,
} from '@lianban/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { KafkaClient } from './kafka/kafka-client.js';
import { mendCursors } from './mend-cursors.js';
import { Retention } from './retention.js';
import { shardOf, type OutgoingMessage } from './message.js';

const TEN_SECONDS = 10_000;

describe.each(['postgres', 'kafka'] as TransportName[])('delivery over %s, hurt', (transport) => {
  let world: DeliveryWorld;
  const running: Forked[] = [];

  beforeAll(async () => {
    world = await DeliveryWorld.open(transport);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((worker) => worker.kill()));
  });
  afterAll(() => world.close());

  const fork = async (
    role: 'intake' | 'keeper',
    killAt?: string,
    killAfter?: number,
    execArgv?: string[],
  ): Promise<Forked> => {
    const env = { ...world.envOf(role === 'intake' ? Intake : Keeper), KAFKA_SESSION_TIMEOUT: '6000' };
    const worker = await Forked.start({ role, env, killAt, killAfter, execArgv });
    running.push(worker);
    return worker;
  };
  const asKeeper = <T>(sql: string, values: unknown[]): Promise<T[]> =>
    asAdmin(world.database.adminUrl, async (client) => (await client.query(sql, values)).rows as T[]);
  const effectsOf = (ids: string[]): Promise<{ request_id: string; version: number }[]> =>
    asKeeper(
      'select request_id, version from tracking.effect where request_id = any($1::uuid[]) order by id',
      [ids],
    );
  const eachOnce = (ids: string[]): Promise<void> =>
    eventually(async () => {
      const effects = (await effectsOf(ids)).map(({ request_id }) => request_id);
      expect(effects.toSorted()).toEqual(ids.toSorted());
    }, 90_000);
  const someIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

  it('brings what was committed by a publisher that died before it could say so', async () => {
    const [id] = someIds(1) as [string];
    const publisher = await fork('intake', 'business-committed');
    publisher.publish([{ requestId: id, version: 1 }]);
    await publisher.gone;
    await fork('keeper');
    await eachOnce([id]);
  });

  if (transport === 'kafka')
    it.each(['produced', 'relay-advanced'])(
      'has one effect of what was relayed by a relay that died: %s',
      async (step) => {
        await world.stop(world.intake);
        const ids = someIds(20);
        const publisher = await fork('intake', step);
        publisher.publish(ids.map((requestId) => ({ requestId, version: 1 })));
        await publisher.gone;
        world.intake = await world.start(Intake);
        await fork('keeper');
        await eachOnce(ids);
      },
    );

  it.each(['handled', 'handler-committed', ...(transport === 'kafka' ? ['offset-committing'] : [])])(
    'has one effect of what a reader was handling when it died: %s',
    async (step) => {
      const ids = someIds(30);
      await world.publish(ids.map((id) => aRequest(1, id)));
      const doomed = await fork('keeper', step).catch(() => undefined);
      await doomed?.gone;
      await fork('keeper');
      await eachOnce(ids);
    },
  );

  it('goes on with the work of an instance that was killed', async () => {
    const ids = someIds(600);
    const [one] = await Promise.all([fork('keeper'), fork('keeper')]);
    for (let i = 0; i < ids.length; i += 50) {
      await world.publish(ids.slice(i, i + 50).map((id) => aRequest(1, id)));
      if (i === 300) await one.kill();
    }
    await eachOnce(ids);
  });

  it('waits for a database that is away for ten seconds', async () => {
    const port = await freePort();
    const proxy = await TcpProxy.start(port, world.database.port);
    const keeper = await world.start(Keeper, { databasePort: port });
    const [before, during] = someIds(2) as [string, string];
    await world.publish(aRequest(1, before));
    await eachOnce([before]);
    proxy.shut();
    await world.publish(aRequest(1, during));
    await pause(TEN_SECONDS);
    proxy.open();
    await eachOnce([during]);
    await world.stop(keeper);
    await proxy.stop();
  });

  it('makes every instance wait while a back-off stands', async () => {
    const keeper = await world.start(Keeper);
    const [early, late] = [randomUUID(), randomUUID()];
    await world.publish(aRequest(1, early));
    await eachOnce([early]);
    await world.stop(keeper);
    await asKeeper(
      `update tracking.cursor set failures = 3, not_before = now() + interval '1 hour' where topic = 'requests'`,
      [],
    );
    await Promise.all([fork('keeper'), fork('keeper')]);
    await world.publish(aRequest(1, late));
    const marker = randomUUID();
    await world.publish(aRequest(1, marker));
    await pause(1_500);
    expect(await effectsOf([late, marker])).toEqual([]);
    await asKeeper(`update tracking.cursor set failures = 0, not_before = null where topic = 'requests'`, []);
    await eachOnce([late, marker]);
  });

  it('keeps a partition past its term until its readers have passed it', async () => {
    await (await fork('keeper')).kill();
    if (transport === 'kafka') await world.stop(world.intake);
    const lagging = { KAFKA_BROKERS: '127.0.0.1:1' };
    const lines: string[] = [];
    const intake =
      transport === 'kafka'
        ? await world.start(Intake, { env: lagging, log: (line) => lines.push(line) })
        : world.intake;
    const id = randomUUID();
    await oldEvent(intake, world, id);
    await asKeeper(`update tracking.cursor set seen_at = '2020-01-01'`, []);
    await asKeeper(`update intake.cursor set seen_at = '2020-01-01'`, []);
    await intake.get(Retention).keep();
    expect(await hasOldPartition(asKeeper)).toBe(true);
    if (transport === 'kafka') {
      expect(lines.join('')).toContain('not yet read by everybody');
      await world.stop(intake);
      world.intake = await world.start(Intake);
    }
    await fork('keeper');
    await eachOnce([id]);
    await eventually(async () => {
      await world.intake.get(Retention).keep();
      expect(await hasOldPartition(asKeeper)).toBe(false);
    });
  });

  it('refuses to start on a restored database until its cursors are mended, and then loses nothing', async () => {
    const [before, after] = someIds(2) as [string, string];
    await world.publish(aRequest(1, before));
    const keeper = await fork('keeper');
    await eachOnce([before]);
    await keeper.kill();
    await asKeeper(`update tracking.cursor set epoch = 'another cluster'`, []);
    await world.publish(aRequest(1, after));
    await expect(world.start(Keeper)).rejects.toThrow(/tracking was restored.*npm run mend-cursors/);
    await asAdmin(world.database.adminUrl, (client) => mendCursors(client, 'tracking'));
    await fork('keeper');
    await eachOnce([before, after]);
  });

  it('drains a backlog of 100,000 in bounded memory', async () => {
    await world.intake.get(DataSource).transaction(async (manager) => {
      await manager.query(`set local transaction_timeout = 0; set local statement_timeout = 0`);
      await manager.query(BACKLOG, [JSON.stringify(aRequest(1, NIL))]);
    });
    const [{ before }] = (await asKeeper<{ before: string }>(
      'select count(*) as before from tracking.effect',
      [],
    )) as [{ before: string }];
    await fork('keeper', undefined, undefined, ['--max-old-space-size=96']);
    await eventually(async () => {
      const [row] = await asKeeper<{ count: string }>('select count(*) from tracking.effect', []);
      expect(Number(row!.count)).toBe(Number(before) + 100_000);
    }, 280_000);
  }, 300_000);
});

describe('delivery over kafka, its broker away', () => {
  const [listening, advertised] = process.env.TEST_KAFKA_PROXIED!.split(':').map(Number) as [number, number];
  let proxy: TcpProxy;
  beforeEach(async () => {
    proxy = await TcpProxy.start(advertised, listening);
  });
  afterEach(() => proxy.stop());

  it('waits for a broker that is away for ten seconds', async () => {
    const world = await DeliveryWorld.open('kafka', `127.0.0.1:${advertised}`);
    const keeper: INestApplication = await world.start(Keeper);
    const kept = (id: string): Promise<void> =>
      eventually(async () => {
        const rows = await keeper
          .get(DataSource)
          .query<unknown[]>('select 1 from kept where request_id = $1', [id]);
        expect(rows).toHaveLength(1);
      }, 60_000);
    const [before, during] = [randomUUID(), randomUUID()];
    await world.publish(aRequest(1, before));
    await kept(before);
    proxy.shut();
    await world.publish(aRequest(1, during));
    await pause(TEN_SECONDS);
    proxy.open();
    await kept(during);
    await world.close();
  });

  it('goes on as the member of its group that it was: a stranger would wait for the end of its session', async () => {
    const { prefix, client } = await aKafka();
    const complaints: string[] = [];
    const keys: (string | null)[] = [];
    const away = new KafkaClient(
      { brokers: `127.0.0.1:${advertised}`, clientId: 'test', prefix },
      (_, complaint) => complaints.push(complaint),
    );
    const consumer = await away.consumer({
      group: `${prefix}member`,
      topics: ['requests'],
      sessionTimeout: 6_000,
      concurrency: 1,
      onBatch: async ({ records, done }) => {
        keys.push(...records.map(({ key }) => key));
        done(records.at(-1)!);
      },
      onDeath: () => {},
    });
    const producer = await client.producer();
    const record = (key: string): OutgoingMessage => {
      const about = { id: randomUUID(), type: 't', source: '/t', time: new Date(), body: '{}' };
      return { ...about, key, topic: 'requests' };
    };
    await producer.send([record('before')]);
    await eventually(() => expect(keys).toContain('before'));
    complaints.length = 0;
    proxy.shut();
    await eventually(() => expect(complaints.length).toBeGreaterThan(22));
    proxy.open();
    await producer.send([record('after')]);
    await eventually(() => expect(keys).toContain('after'));
    expect(complaints.filter((complaint) => /crash|restarting/i.test(complaint))).toEqual([]);
    await Promise.all([producer.close(), consumer.close()]);
  });
});

const NIL = '00000000-0000-0000-0000-000000000000';

/** The same request over and over, each under an id of its own. */
const BACKLOG = `insert into outbox (event_id, type, time, key, topic, shard, body, term)
  select gen_random_uuid(), 'cn.lianban.request.changed.v1', now(), key, 'requests', (n % 12), replace($1, '${NIL}', key::text), 30
  from (select n, gen_random_uuid() as key from generate_series(1, 100000) n) k`;

async function oldEvent(intake: INestApplication, world: DeliveryWorld, id: string): Promise<void> {
  const { id: eventId, type, body } = world.record(aRequest(1, id));
  await intake
    .get(DataSource)
    .query(
      `create table outbox_t30_20200101 partition of outbox for values from (30, '2020-01-01') to (30, '2020-01-02')`,
    );
  await intake.get(DataSource).query(
    `insert into outbox (event_id, type, time, key, topic, shard, body, term, created_at)
     values ($1, $2, now(), $3, 'requests', $4, $5, 30, '2020-01-01 12:00Z')`,
    [eventId, type, id, shardOf(id), body],
  );
}

async function hasOldPartition(query: <T>(sql: string, values: unknown[]) => Promise<T[]>): Promise<boolean> {
  const [row] = await query<{ found: string | null }>(
    `select to_regclass('intake.outbox_t30_20200101') as found`,
    [],
  );
  return row!.found !== null;
}
