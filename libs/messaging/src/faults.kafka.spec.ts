import { randomUUID } from 'node:crypto';
import { freePort } from '@lianban/engines';
import {
  aKafka,
  aSnapshot,
  eventually,
  Forked,
  MessagingFixture,
  Routing,
  TcpProxy,
  TestProjection,
  type ForkOptions,
} from '@lianban/testing';
import { KafkaClient } from './kafka/kafka-client.js';
import { KafkaOutbox } from './kafka/kafka-outbox.js';
import { ParkedMessages } from './consumer/parked-messages.js';
import type { OutgoingMessage } from './message.js';

const someIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
const firstVersions = (ids: readonly string[]) => ids.map((id) => aSnapshot(1, id));

function eachOnce(fixture: MessagingFixture, ids: readonly string[], limit = 90_000): Promise<void> {
  return eventually(async () => {
    const effects = (await fixture.effectsOf(ids)).map(({ id }) => id);
    expect(effects.toSorted()).toEqual(ids.toSorted());
  }, limit);
}

const nothingLeft = (fixture: MessagingFixture, limit?: number): Promise<void> =>
  eventually(async () => expect(await fixture.count('routing.outbox')).toBe(0), limit);

describe('delivery over kafka, its processes killed', () => {
  let fixture: MessagingFixture;
  const running: Forked[] = [];

  beforeAll(async () => {
    fixture = await MessagingFixture.open('kafka');
  });
  afterEach(() => Promise.all(running.splice(0).map((worker) => worker.kill())));
  afterAll(() => fixture.close());

  const fork = async (options: ForkOptions): Promise<Forked> => {
    const worker = await Forked.start(fixture, options);
    running.push(worker);
    return worker;
  };

  it.each(['committed', 'sent', 'outbox-deleted'])(
    'publishes what a publisher had committed when it died: %s',
    async (step) => {
      const ids = someIds(30);
      const doomed = await fork({ role: 'publisher', killAt: step });
      doomed.publish(ids);
      await doomed.exited;
      await fork({ role: 'projection' });
      await eachOnce(fixture, ids);
      await nothingLeft(fixture);
    },
  );

  it.each(['handled', 'handler-committed', 'offset-committing'])(
    'has one effect of what a reader was handling when it died: %s',
    async (step) => {
      const ids = someIds(30);
      await fixture.publish(firstVersions(ids));
      const doomed = await fork({ role: 'projection', killAt: step }).catch(() => undefined);
      await doomed?.exited;
      await fork({ role: 'projection' });
      await eachOnce(fixture, ids);
    },
  );

  it('goes on with the work of an instance that was killed', async () => {
    const ids = someIds(600);
    const [one] = await Promise.all([fork({ role: 'projection' }), fork({ role: 'projection' })]);
    for (let i = 0; i < ids.length; i += 50) {
      await fixture.publish(firstVersions(ids.slice(i, i + 50)));
      if (i === 300) await one.kill();
    }
    await eachOnce(fixture, ids);
  });

  it('drains a backlog that is larger than its heap', async () => {
    // It makes the tables, where no test before has.
    await (await fork({ role: 'projection' })).kill();
    const before = await fixture.count('tracking.effect');
    await insertBacklog(fixture, 6_000, 'x'.repeat(10_000));
    await nothingLeft(fixture, 110_000);
    await fork({ role: 'projection', execArgv: ['--max-old-space-size=48'] });
    await eventually(
      async () => expect(await fixture.count('tracking.effect')).toBe(before + 6_000),
      110_000,
    );
  }, 240_000);
});

describe('delivery over kafka, its outbox hurt', () => {
  let fixture: MessagingFixture;

  beforeAll(async () => {
    fixture = await MessagingFixture.open('kafka', { env: { OUTBOX_STALE_MS: '10' } });
    await fixture.start(TestProjection);
  });
  afterAll(() => fixture.close());

  it('loses and leaves nothing where owner and sweeper send the same rows, and sweepers lose their sessions', async () => {
    const other = await fixture.start(Routing, { env: { OUTBOX_STALE_MS: '10', OUTBOX_SWEEP_MS: '10' } });
    const ids = someIds(2_000);
    for (let i = 0; i < ids.length; i += 20) {
      await fixture.publish(firstVersions(ids.slice(i, i + 20)), i % 40 === 0 ? other : fixture.publisher);
      if (i % 400 === 0)
        await fixture.query(
          `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7101
             and database = (select oid from pg_database where datname = current_database())`,
        );
    }
    await eachOnce(fixture, ids);
    await nothingLeft(fixture);
    await fixture.stop(other);
  });

  it('parks a record that the broker refuses, sends the good ones around it, and sends it again when asked', async () => {
    const ids = someIds(9);
    const records = firstVersions(ids).map((event) => fixture.record(event));
    const large = records[4]!;
    const body = large.body;
    large.body = JSON.stringify({ ...(JSON.parse(body) as object), text: 'x'.repeat(2_000_000) });
    await fixture.insert(records);
    await eachOnce(fixture, ids.toSpliced(4, 1));
    await nothingLeft(fixture);
    const messages = fixture.publisher.get(ParkedMessages);
    const [parked] = await messages.list();
    expect(parked).toMatchObject({ reason: 'unsendable', headers: { ce_id: large.id }, nextRetryAt: null });
    await fixture.query('update routing.parked_message set body = $1', [Buffer.from(body)]);
    expect(await messages.replay(parked!.id)).toBe(true);
    await eachOnce(fixture, ids);
  });

  it('sends what was committed though the answer to COMMIT was lost', async () => {
    await slowCommits(fixture);
    const port = await freePort();
    const proxy = await TcpProxy.start(port, fixture.database.port);
    const cutOff = await fixture.start(Routing, { databasePort: port });
    const [lost] = someIds(1) as [string];
    const publishing = fixture.publish(aSnapshot(1, lost, SLOW), cutOff);
    const outcome = publishing.then(
      () => 'answered',
      () => 'lost',
    );
    await eventually(async () => expect(await commitsUnderWay(fixture)).toBe(1));
    proxy.shut();
    expect(await outcome).toBe('lost');
    await eachOnce(fixture, [lost]);
    proxy.open();
    await fixture.stop(cutOff);
    await proxy.stop();
  });

  it('waits for a database that is away', async () => {
    const port = await freePort();
    const proxy = await TcpProxy.start(port, fixture.database.port);
    const lines: string[] = [];
    const fresh = await MessagingFixture.open('kafka');
    await fresh.start(TestProjection, { databasePort: port, log: (line) => lines.push(line) });
    const [before, during] = someIds(2) as [string, string];
    await fresh.publish(aSnapshot(1, before));
    await eachOnce(fresh, [before]);
    proxy.shut();
    await fresh.publish(aSnapshot(1, during));
    await eventually(() => expect(lines.join('')).toContain('will be tried again'));
    proxy.open();
    await eachOnce(fresh, [during]);
    await fresh.close();
    await proxy.stop();
  });
});

describe('delivery over kafka, its broker away', () => {
  const [listening, advertised] = process.env.TEST_KAFKA_PROXIED!.split(':').map(Number) as [number, number];
  let proxy: TcpProxy;
  beforeEach(async () => {
    proxy = await TcpProxy.start(advertised, listening);
  });
  afterEach(() => proxy.stop());

  it('keeps no more in memory than it may, and sends everything when the broker is back, the oldest rows first', async () => {
    const room = 50;
    const lines: string[] = [];
    const fixture = await MessagingFixture.open('kafka', {
      brokers: `127.0.0.1:${advertised}`,
      env: { QUEUE_MAX_RECORDS: String(room) },
    });
    await fixture.start(TestProjection, { log: (line) => lines.push(line) });
    const outbox = fixture.publisher.get(KafkaOutbox);
    const pages = jest.spyOn(outbox, 'sendPage');
    const [before, ...during] = someIds(1 + 1_000) as [string, ...string[]];
    await fixture.publish(aSnapshot(1, before));
    await eachOnce(fixture, [before]);
    proxy.shut();
    for (let i = 0; i < during.length; i += 10) {
      await fixture.publish(firstVersions(during.slice(i, i + 10)));
      expect(outbox.length).toBeLessThanOrEqual(room + PAGE_RECORDS);
    }
    await eventually(() => expect(lines.join('')).toContain('cannot send to status now'), 60_000);
    proxy.open();
    await eachOnce(fixture, during);
    await nothingLeft(fixture);
    const sweptRows = pages.mock.calls.flatMap(([rows]) => rows);
    const events = sweptRows.flatMap(({ messages }) => messages);
    expect(events.length).toBeGreaterThanOrEqual(1_000 - room - PAGE_RECORDS);
    const swept = sweptRows.map(({ rowId }) => Number(rowId));
    expect(swept).toEqual([...new Set(swept)].toSorted((a, b) => a - b));
    await fixture.close();
  });

  it('goes on as the member of its group that it was: a stranger would wait for the end of its session', async () => {
    const { prefix, client } = await aKafka();
    const complaints: string[] = [];
    const keys: (string | null)[] = [];
    const away = new KafkaClient(
      { brokers: `127.0.0.1:${advertised}`, clientId: 'test', prefix },
      (complaint) => void complaints.push(complaint),
    );
    const consumer = await away.consumer({
      group: `${prefix}member`,
      topics: ['dossiers'],
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
      return { ...about, key, topic: 'dossiers' };
    };
    await producer.send([record('before')]);
    await eventually(() => expect(keys).toContain('before'));
    complaints.length = 0;
    proxy.shut();
    await eventually(() => expect(complaints.length).toBeGreaterThan(22), 90_000);
    proxy.open();
    await producer.send([record('after')]);
    await eventually(() => expect(keys).toContain('after'));
    expect(complaints.filter((complaint) => /crash|restarting/i.test(complaint))).toEqual([]);
    await Promise.all([producer.close(), consumer.close()]);
  });
});

/** The rows of a page hold so many events, or a row of ten more. */
const PAGE_RECORDS = 250 + 10;
const SLOW = 'slow commit';

/** A row with this text makes its COMMIT take two seconds. */
async function slowCommits(fixture: MessagingFixture): Promise<void> {
  await fixture.query(`create function routing.slow() returns trigger language plpgsql as $$
    begin perform pg_sleep(2); return null; end $$`);
  await fixture.query(`create constraint trigger slow after insert on routing.outbox deferrable initially deferred
    for each row when (new.bodies like '%${SLOW}%') execute function routing.slow()`);
}

const commitsUnderWay = (fixture: MessagingFixture): Promise<number> =>
  fixture.count('pg_stat_activity', `datname = current_database() and query = 'commit' and state = 'active'`);

const NIL = '00000000-0000-0000-0000-000000000000';

/** The same snapshot over and over, each under an id of its own. */
async function insertBacklog(fixture: MessagingFixture, count: number, text: string): Promise<void> {
  const { type, topic, body } = fixture.record(aSnapshot(1, NIL, text));
  await fixture.query(
    `insert into routing.outbox (event_ids, type, time, keys, topic, bodies)
     select array[gen_random_uuid()], $1, now(), array[key], $2, replace($3, '${NIL}', key::text)
     from (select gen_random_uuid() as key from generate_series(1, $4::int)) k`,
    [type, topic, body, count],
  );
}
