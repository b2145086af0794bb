import { randomUUID } from 'node:crypto';
import { reportsTopicOf, topicsOfProvider, type JobDesired } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { Dependencies, Metrics } from '@lianban/service-kit';
import {
  aKafka,
  AdapterFixture,
  aDesiredState,
  eventually,
  inHouseDialects,
  writeRecords,
  type RawRecord,
  type TestKafka,
} from '@lianban/testing';

const PROVIDER = 'jinan-gas';
const TOPIC = reportsTopicOf(PROVIDER);
const ON_KAFKA = { dialect: 'kafka', retrySafety: 'idempotency-key' as const };

interface Parked {
  id: string;
  reason: string;
  detail: string;
}

describe('what a provider writes to its topic of reports', () => {
  let kafka: TestKafka;
  let fixture: AdapterFixture;
  beforeAll(async () => {
    kafka = await aKafka(undefined, [{ id: PROVIDER, utility: 'gas' }]);
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: ['zibo-gas'],
      ...{ kafka, simulatorPulls: false },
      change: (row) => ({ ...inHouseDialects(row), ...(row.id === PROVIDER && ON_KAFKA) }),
    });
  });
  afterAll(() => fixture.close());

  const aJob = (): JobDesired => aDesiredState({ utility: 'gas', provider: PROVIDER });
  async function placed(job = aJob()): Promise<JobDesired> {
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { delivered: true });
    return job;
  }
  const write = (...records: RawRecord[]) => writeRecords(kafka.brokers, kafka.prefix + TOPIC, records);
  const bodyOf = ({ requestId }: Pick<JobDesired, 'requestId'>, said: object): object => ({
    placement: fixture.nameOf(requestId),
    at: new Date().toISOString(),
    ...said,
  });
  const report = (job: Pick<JobDesired, 'requestId'>, said: object, headers: object = {}): RawRecord => ({
    value: JSON.stringify(bodyOf(job, said)),
    headers: { ce_id: randomUUID(), 'content-type': 'application/json', ...headers },
  });
  const parked = async (): Promise<Parked[]> =>
    (await fixture.operator('GET', `parked?topic=${TOPIC}`)).body.messages as Parked[];
  const replay = async (): Promise<object> => {
    const which = { reason: 'unknown-job', topic: TOPIC };
    return (await fixture.call('POST', 'ops/adapter-gas/parked/replay', { role: 'operator' }, which)).body;
  };
  const heardAt = async (): Promise<number> => {
    const metrics = await fixture.app.get(Metrics).registry.getMetricsAsJSON();
    const heard = metrics.find(({ name }) => name === 'lianban_provider_last_heard_timestamp_seconds')!;
    return heard.values.find(({ labels }) => labels.provider === PROVIDER)!.value;
  };

  it('is read in binary and in structured mode, and only then has it been heard of', async () => {
    const before = await heardAt();
    const job = await placed();
    expect(await heardAt()).toBe(before);
    await write(report(job, { state: 'accepted', reference: 'G-1' }));
    await fixture.untilPublished(job.requestId, { state: 'accepted', reference: 'G-1' });
    expect(await heardAt()).toBeGreaterThan(before);
    const event = { specversion: '1.0', id: randomUUID(), type: 'any', source: '/office' };
    await write({
      value: JSON.stringify({ ...event, data: bodyOf(job, { state: 'completed' }) }),
      headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
    });
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('is nothing where it was written before', async () => {
    const job = await placed();
    const once = report(job, { state: 'accepted', sequence: 1 });
    await write(once, once);
    await write(once, report(job, { state: 'in-progress', sequence: 2 }));
    await fixture.untilPublished(job.requestId, { state: 'in-progress' });
    const stored = await fixture.query('select id from report where request_id = $1', [job.requestId]);
    expect(stored).toHaveLength(2);
  });

  it('is parked by itself where it cannot be used, and says why; what comes after it is used', async () => {
    const [job, others] = await Promise.all([
      placed(),
      placed(aDesiredState({ utility: 'gas', provider: 'zibo-gas' })),
    ]);
    const nobodys = { requestId: randomUUID() };
    await write(
      { value: '{', headers: { ce_id: '1' } },
      { value: null, headers: { ce_id: '2' } },
      { value: JSON.stringify(bodyOf(job, { state: 'accepted' })) },
      { ...report(job, { state: 'accepted' }), value: '"\0"', key: 'a\0b', headers: { ce_id: 'c\0d' } },
      report(job, { state: 'accepted', at: '2026-11-28T12:00:00' }),
      report(job, { state: 'finished' }),
      report(job, { state: 'accepted', placement: `${job.requestId}:water:1` }),
      report(nobodys, { state: 'accepted' }),
      report(others, { state: 'refused', reason: 'arrears' }),
      report(job, { state: 'accepted', text: 'x'.repeat(40_000) }),
      { value: '[]', headers: { 'content-type': 'application/cloudevents+json' } },
      report(job, { state: 'completed' }),
    );
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    // The one with a key of its own is in another partition.
    await eventually(async () => expect(await parked()).toHaveLength(11));
    expect((await parked()).map(({ reason, detail }) => [reason, detail])).toEqual(
      expect.arrayContaining([
        ['undecodable', 'the body is no JSON'],
        ['undecodable', 'ce_id is missing'],
        ['invalid', '/at not-an-instant'],
        ['invalid', '/state not-a-choice'],
        ['unknown-job', '/placement is no job of gas'],
        ['unknown-job', `${PROVIDER} has no such job`],
        ['undecodable', 'the body has more than 32768 bytes'],
      ]),
    );
    expect((await fixture.published(others.requestId)).at(-1)).not.toMatchObject({ state: 'refused' });
  });

  it('is used by the replay of an operator, where its job came later', async () => {
    const job = aJob();
    const before = (await parked()).length;
    await write(report(job, { state: 'accepted' }));
    await eventually(async () => expect(await parked()).toHaveLength(before + 1));
    expect(await replay()).toMatchObject({ replayed: 0 });
    await placed(job);
    expect(await replay()).toMatchObject({ replayed: 1 });
    await fixture.untilPublished(job.requestId, { state: 'accepted' });
  });

  it('is tried again where the database did not store it', async () => {
    const job = await placed();
    await asAdmin(fixture.database.adminUrl, async (client) => {
      const untilWaiting = (before?: number): Promise<number> =>
        eventually(async () => {
          const { rows } = await client.query<{ pid: number }>(
            `select pid from pg_locks where not granted and relation = 'adapter_gas.report'::regclass and pid <> $1`,
            [before ?? 0],
          );
          expect(rows).toHaveLength(1);
          return rows[0]!.pid;
        });
      await client.query('begin; lock table adapter_gas.report in access exclusive mode');
      await write(report(job, { state: 'completed' }));
      const pid = await untilWaiting();
      await client.query('select pg_terminate_backend($1)', [pid]);
      await untilWaiting(pid);
      await client.query('rollback');
    });
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('does not fill the database, once very much of it is parked, and loses nothing of that', async () => {
    const job = await placed();
    await fixture.query(
      `insert into parked_message (source_position, topic, headers, reason, detail)
       select 'flood/' || n, $1, '{}', 'invalid', '' from generate_series(1, 1000) n`,
      [TOPIC],
    );
    const before = await fixture.query('select id from parked_message');
    await eventually(async () => {
      await write({ value: '{' }, report({ requestId: randomUUID() }, { state: 'accepted' }));
      const count = () => fixture.query('select id from parked_message');
      const [first, second] = [await count(), (await write({ value: '{' }), await count())];
      expect(second).toHaveLength(first.length);
    });
    await write({ value: '{' }, report(job, { state: 'completed' }));
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(before.length).toBeGreaterThan(1000);
    const unknown = await fixture.query(
      `select from parked_message where reason = 'unknown-job' and replayed_at is null`,
    );
    expect(unknown.length).toBeGreaterThan(0);
    expect(await replay()).toMatchObject({ replayed: 0, failed: unknown.length });
  });
});

describe('topics of a provider that are not there', () => {
  it('are named to an operator and made by nobody else; then all goes on', async () => {
    const kafka = await aKafka();
    const fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: ['zibo-gas'],
      kafka,
      env: { CALL_TIMEOUT_MS: '3000' },
      change: (row) => ({ ...inHouseDialects(row), ...(row.id === PROVIDER && ON_KAFKA) }),
    });
    const job = aDesiredState({ utility: 'gas', provider: PROVIDER });
    await fixture.publishDesired(job);
    await eventually(async () => {
      const [operation] = await fixture.query<{ error: string }>('select last_error as error from operation');
      expect(operation!.error).toMatch(
        /has no topic provider.jinan-gas.jobs: the program "topics" creates it/,
      );
    });
    const state = (await fixture.app.get(Dependencies).run())[TOPIC];
    expect(state).toMatchObject({
      status: 'down',
      reason: expect.stringContaining(`cannot read ${kafka.prefix}${TOPIC}`),
    });
    const missing = topicsOfProvider({ id: PROVIDER, utility: 'gas' });
    expect(await kafka.client.createTopics(1, missing)).toHaveLength(2);
    const [{ id }] = (await fixture.query<{ id: string }>('select id from operation')) as [{ id: string }];
    await eventually(async () => {
      await fixture.operator('POST', `operations/${id}/retry`);
      await fixture.untilPublished(job.requestId, { delivered: true });
    });
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    await fixture.close();
  });
});
