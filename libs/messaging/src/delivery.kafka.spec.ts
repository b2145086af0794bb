import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import {
  aDecision,
  aRequest,
  DeliveryWorld,
  eventually,
  Keeper,
  POISON,
  type TransportName,
} from '@lianban/testing';
import type { RequestChanged } from '@lianban/contracts';
import { DataSource } from 'typeorm';
import type { OutgoingMessage } from './message.js';
import { ParkedMessages } from './replay.js';

interface Parked {
  id: string;
  reason: string;
}

describe.each(['postgres', 'kafka'] as TransportName[])('delivery over %s', (transport) => {
  let world: DeliveryWorld;
  let keeper: INestApplication;

  beforeAll(async () => {
    world = await DeliveryWorld.open(transport);
    keeper = await world.start(Keeper);
  });
  afterAll(() => world.close());

  const all = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
    keeper.get(DataSource).query(sql, values);
  const kept = async (requestId: string, source = 'intake'): Promise<number | undefined> =>
    (
      await all<{ version: number }>('select version from kept where request_id = $1 and source = $2', [
        requestId,
        source,
      ])
    )[0]?.version;
  const effects = async (requestId: string): Promise<number[]> =>
    (
      await all<{ version: number }>('select version from effect where request_id = $1 order by id', [
        requestId,
      ])
    ).map(({ version }) => version);
  const becomes = (requestId: string, version: number, source?: string): Promise<void> =>
    eventually(async () => expect(await kept(requestId, source)).toBe(version));
  const parkedOf = ({ id }: OutgoingMessage): Promise<Parked[]> =>
    all<Parked>(
      `select id, reason from parked_message where headers->>'ce_id' = $1 and replayed_at is null`,
      [id],
    );
  const isParked = (record: OutgoingMessage, reason: string): Promise<void> =>
    eventually(async () => expect((await parkedOf(record)).map((parked) => parked.reason)).toEqual([reason]));
  /** Records with one key: they share a shard and a partition, so that one could block the others. */
  const lane = (): ((event: RequestChanged, changes?: Partial<OutgoingMessage>) => OutgoingMessage) => {
    const key = randomUUID();
    return (event, changes = {}) => world.record(event, { key, ...changes });
  };

  it('brings what was published', async () => {
    const request = aRequest();
    await world.publish(request);
    await becomes(request.requestId, 1);
  });

  it('handles an event that arrives twice once', async () => {
    const [request, marker] = [aRequest(), aRequest()];
    const record = world.record(request);
    await world.inject([record]);
    await world.inject([record, record]);
    await becomes(request.requestId, 1);
    marker.requestId = request.requestId;
    marker.version = 2;
    await world.inject([world.record(marker)]);
    await becomes(request.requestId, 2);
    expect(await effects(request.requestId)).toEqual([1, 2]);
  });

  it('keeps the order of publication of one request', async () => {
    const { requestId } = aRequest();
    const versions = Array.from({ length: 40 }, (_, i) => i + 1);
    for (const version of versions) await world.publish(aRequest(version, requestId));
    await becomes(requestId, 40);
    expect(await effects(requestId)).toEqual(versions);
  });

  it('skips no row of a transaction that commits late', async () => {
    const [early, late] = [aRequest(), aRequest()];
    const slow = world.intake.get(DataSource).createQueryRunner();
    await slow.startTransaction();
    await slow.query(INSERT, insertOf(world, late));
    await world.publish(early);
    await slow.commitTransaction();
    await slow.release();
    await becomes(early.requestId, 1);
    await becomes(late.requestId, 1);
  });

  it('ends at the highest version when the lower transaction id changes the row last', async () => {
    const { requestId } = aRequest();
    const first = world.intake.get(DataSource).createQueryRunner();
    await first.startTransaction();
    await first.query('select pg_current_xact_id()');
    await world.publish(aRequest(1, requestId));
    await first.query(INSERT, insertOf(world, aRequest(2, requestId)));
    await first.commitTransaction();
    await first.release();
    await becomes(requestId, 2);
    await eventually(async () => expect((await effects(requestId)).toSorted()).toEqual([1, 2]));
    expect(await kept(requestId)).toBe(2);
  });

  it('lets an older version after a newer one change nothing', async () => {
    const { requestId } = aRequest();
    await world.publish(aRequest(7, requestId));
    await world.publish(aRequest(3, requestId));
    await eventually(async () => expect(await effects(requestId)).toEqual([7, 3]));
    expect(await kept(requestId)).toBe(7);
  });

  it('never compares the versions of two publishers', async () => {
    const { requestId } = aRequest();
    await world.publish(aRequest(9, requestId));
    await world.publish(aDecision(1, requestId), world.routing);
    await becomes(requestId, 9);
    await becomes(requestId, 1, 'routing');
  });

  it('parks what it cannot decode, what is invalid and what its handler refuses, and goes on with the rest', async () => {
    const on = lane();
    const garbled = on(aRequest(), { body: '{"requestId": "' });
    const invalid = on(Object.assign(aRequest(), { version: 'one' }));
    const poison = on(aRequest(1, randomUUID(), { matter: POISON }));
    const good = aRequest();
    await world.inject([garbled, invalid, poison, on(good)]);
    await becomes(good.requestId, 1);
    await isParked(garbled, 'undecodable');
    await isParked(invalid, 'invalid');
    await isParked(poison, 'handler-failed');
  });

  it('does 99 of a chunk of 100 with one guilty message', async () => {
    const on = lane();
    const requests = Array.from({ length: 100 }, (_, i) =>
      aRequest(1, randomUUID(), i === 37 ? { matter: POISON } : {}),
    );
    const records = requests.map((request) => on(request));
    await world.inject(records);
    await isParked(records[37]!, 'handler-failed');
    const ids = requests.map(({ requestId }) => requestId);
    await eventually(async () => {
      const [row] = await all<{ count: string }>('select count(*) from effect where request_id = any($1)', [
        ids,
      ]);
      expect(Number(row!.count)).toBe(99);
    });
    expect(await kept(ids[37]!)).toBeUndefined();
  });

  it('changes nothing when a parked message is replayed after its successor', async () => {
    const { requestId } = aRequest();
    const poison = world.record(aRequest(1, requestId, { matter: POISON }));
    await world.inject([poison]);
    await isParked(poison, 'handler-failed');
    await world.publish(aRequest(2, requestId));
    await becomes(requestId, 2);
    const [{ id }] = (await parkedOf(poison)) as [Parked];
    const repaired = Buffer.from(JSON.stringify(aRequest(1, requestId)));
    await all(`update parked_message set body = $2 where id = $1`, [id, repaired]);
    expect(await keeper.get(ParkedMessages).replay(id)).toBe(true);
    expect(await effects(requestId)).toEqual([2, 1]);
    expect(await kept(requestId)).toBe(2);
    expect(await keeper.get(ParkedMessages).replay(id)).toBe(false);
  });

  it('parks a record older than the term of its topic', async () => {
    const request = aRequest();
    const record = world.record(request, { time: new Date(Date.now() - 31 * 86_400_000) });
    await world.inject([record]);
    await isParked(record, 'too-old');
    expect(await kept(request.requestId)).toBeUndefined();
  });

  it('keeps a writer that idles in a transaction from losing what others commit meanwhile', async () => {
    const request = aRequest();
    const idler = world.intake.get(DataSource).createQueryRunner();
    await idler.startTransaction();
    await idler.query('select pg_current_xact_id()');
    await world.publish(request);
    await becomes(request.requestId, 1);
    await expect(idler.query('select 1')).rejects.toThrow();
    await idler.release().catch(() => undefined);
  });
});

const INSERT = `insert into outbox (event_id, type, time, key, topic, shard, body, term) values ($1, $2, $3, $4, $5, $6, $7, 30)`;

function insertOf(world: DeliveryWorld, event: ReturnType<typeof aRequest>): unknown[] {
  const { id, type, time, key, topic, body } = world.record(event);
  return [id, type, time, key, topic, 5, body];
}
