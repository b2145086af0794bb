import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import {
  aSnapshot,
  eventually,
  MessagingFixture,
  POISON,
  SHARED_TOPIC,
  SwallowingIntake,
  TestProjection,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { ParkedMessages } from './consumer/parked-messages.js';
import type { TransportName } from './installation.js';
import { MAX_BODY, MessageTooLarge, type OutgoingMessage } from './message.js';
import { Transaction } from './unit-of-work.js';

const DAY_MS = 86_400_000;

interface Parked {
  id: string;
  reason: string;
}

describe.each(['embedded', 'kafka'] as TransportName[])('delivery over %s', (transport) => {
  let fixture: MessagingFixture;
  let projection: INestApplication;

  beforeAll(async () => {
    fixture = await MessagingFixture.open(transport);
    projection = await fixture.start(TestProjection);
  });
  afterAll(() => fixture.close());

  const query = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
    projection.get(DataSource).query(sql, values);
  const stored = async (requestId: string): Promise<number | undefined> =>
    (await query<{ version: number }>('select version from projection where request_id = $1', [requestId]))[0]
      ?.version;
  const becomes = (requestId: string, version: number): Promise<void> =>
    eventually(async () => expect(await stored(requestId)).toBe(version));
  const effectsOf = async (requestId: string): Promise<number[]> =>
    (await fixture.effectsOf([requestId])).map(({ version }) => version);
  const parkedOf = ({ id }: OutgoingMessage): Promise<Parked[]> =>
    query<Parked>(
      `select id, reason from parked_message where headers->>'ce_id' = $1 and replayed_at is null`,
      [id],
    );
  const isParked = (record: OutgoingMessage, reason: string): Promise<void> =>
    eventually(async () => expect((await parkedOf(record)).map((parked) => parked.reason)).toEqual([reason]));
  /** Records with one key: they share a partition, so that one could block the others. */
  const lane = (): ((
    event: ReturnType<typeof aSnapshot>,
    changes?: Partial<OutgoingMessage>,
  ) => OutgoingMessage) => {
    const key = randomUUID();
    return (event, changes = {}) => fixture.record(event, { key, ...changes });
  };

  it('brings what was published, and leaves no row in the outbox that nobody waits for', async () => {
    const snapshot = aSnapshot();
    await fixture.publish(snapshot);
    await becomes(snapshot.requestId, 1);
    await eventually(async () => {
      const rows = await fixture.query<{ pending: string[] | null }>(
        'select pending_groups as pending from routing.outbox where $1 = any(keys)',
        [snapshot.requestId],
      );
      const forTracking = rows.filter(({ pending }) => pending === null || pending.includes('tracking'));
      expect(forTracking).toEqual([]);
    });
  });

  it('changes nothing when an event arrives again', async () => {
    const snapshot = aSnapshot();
    const record = fixture.record(snapshot);
    await fixture.inject([record]);
    await fixture.inject([record, record]);
    await becomes(snapshot.requestId, 1);
    await fixture.inject([fixture.record(aSnapshot(2, snapshot.requestId))]);
    await becomes(snapshot.requestId, 2);
    expect(await effectsOf(snapshot.requestId)).toEqual([1, 2]);
  });

  it('ends at the highest version of many', async () => {
    const { requestId } = aSnapshot();
    for (let version = 1; version <= 40; version++) await fixture.publish(aSnapshot(version, requestId));
    await becomes(requestId, 40);
    const effects = await effectsOf(requestId);
    expect(effects).toEqual(effects.toSorted((a, b) => a - b));
  });

  it('loses nothing of a transaction that commits after a later one', async () => {
    const [early, late] = [aSnapshot(), aSnapshot()];
    await fixture.publisher.get(Transaction).run(async ({ publish }) => {
      publish(late);
      await fixture.publish(early);
    });
    await becomes(early.requestId, 1);
    await becomes(late.requestId, 1);
  });

  it('lets an older version after a newer one change nothing', async () => {
    const { requestId } = aSnapshot();
    await fixture.publish(aSnapshot(7, requestId));
    await becomes(requestId, 7);
    await fixture.publish([aSnapshot(3, requestId), aSnapshot(8, requestId)]);
    await becomes(requestId, 8);
    expect(await effectsOf(requestId)).toEqual([7, 8]);
  });

  it('publishes nothing of a transaction that is rolled back', async () => {
    const [lost, next] = [aSnapshot(), aSnapshot()];
    const failing = fixture.publisher.get(Transaction).run(async ({ publish }) => {
      publish(lost);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    await fixture.publish(next);
    await becomes(next.requestId, 1);
    expect(await stored(lost.requestId)).toBeUndefined();
  });

  it('publishes nothing of a transaction in whose middle a statement failed, though nobody heard of it', async () => {
    const [lost, next] = [aSnapshot(), aSnapshot()];
    const committed: string[] = [];
    const failing = fixture.publisher.get(Transaction).run(async ({ manager, publish, onCommit }) => {
      await manager.query('select 1 / 0').catch(() => {});
      publish(lost);
      onCommit(
        () => committed.push('committed'),
        () => committed.push('rolled back'),
      );
    });
    await expect(failing).rejects.toThrow();
    await fixture.publish(next);
    await becomes(next.requestId, 1);
    expect(await stored(lost.requestId)).toBeUndefined();
    expect(committed).toEqual(['rolled back']);
  });

  it('fails where a statement failed unheard, though there is nothing to publish', async () => {
    const calls: string[] = [];
    const failing = fixture.publisher.get(Transaction).run(async ({ manager, onCommit }) => {
      await manager.query('select 1 / 0').catch(() => {});
      onCommit(() => calls.push('committed'));
    });
    await expect(failing).rejects.toThrow('the transaction had failed before its commit');
    expect(calls).toEqual([]);
  });

  it('refuses an event that no broker takes, and saves nothing of its transaction', async () => {
    const large = aSnapshot(1, randomUUID(), 'x'.repeat(MAX_BODY));
    await expect(fixture.publish([aSnapshot(), large])).rejects.toThrow(MessageTooLarge);
    expect(await fixture.count('routing.outbox', `'${large.requestId}' = any(keys)`)).toBe(0);
  });

  it('parks what it cannot decode, what is invalid and what its handler refuses, and goes on with the rest', async () => {
    const on = lane();
    const garbled = on(aSnapshot(), { body: '{"requestId": "' });
    const invalid = on(Object.assign(aSnapshot(), { version: 'one' }));
    const poison = on(aSnapshot(1, randomUUID(), POISON));
    const good = aSnapshot();
    await fixture.inject([garbled, invalid, poison, on(good)]);
    await becomes(good.requestId, 1);
    await isParked(garbled, 'undecodable');
    await isParked(invalid, 'invalid');
    await isParked(poison, 'handler-failed');
  });

  it('handles 99 of a batch of 100 with one guilty message', async () => {
    const on = lane();
    const snapshots = Array.from({ length: 100 }, (_, i) =>
      aSnapshot(1, randomUUID(), i === 37 ? POISON : ''),
    );
    const records = snapshots.map((snapshot) => on(snapshot));
    await fixture.inject(records);
    await isParked(records[37]!, 'handler-failed');
    const ids = snapshots.map(({ requestId }) => requestId);
    await eventually(async () => expect(await fixture.effectsOf(ids)).toHaveLength(99));
    expect(await stored(ids[37]!)).toBeUndefined();
  });

  it('parks the messages of a handler that swallows an error, and publishes nothing of them', async () => {
    const intake = await fixture.start(SwallowingIntake);
    const record = fixture.record(aSnapshot());
    await fixture.inject([record]);
    await eventually(async () =>
      expect(await fixture.count('intake.parked_message', `headers->>'ce_id' = '${record.id}'`)).toBe(1),
    );
    expect(await fixture.count('intake.outbox')).toBe(0);
    await fixture.stop(intake);
  });

  it('changes nothing when a parked message is replayed after its successor', async () => {
    const { requestId } = aSnapshot();
    const poison = fixture.record(aSnapshot(1, requestId, POISON));
    await fixture.inject([poison]);
    await isParked(poison, 'handler-failed');
    await fixture.publish(aSnapshot(2, requestId));
    await becomes(requestId, 2);
    const [{ id }] = (await parkedOf(poison)) as [Parked];
    const repaired = Buffer.from(JSON.stringify(aSnapshot(1, requestId)));
    await query(`update parked_message set body = $2 where id = $1`, [id, repaired]);
    expect(await projection.get(ParkedMessages).replay(id)).toBe(true);
    expect(await stored(requestId)).toBe(2);
    expect(await projection.get(ParkedMessages).replay(id)).toBe(false);
  });

  it('tries a parked message again by itself, later and later, until its handler takes it', async () => {
    const messages = projection.get(ParkedMessages);
    const snapshot = aSnapshot(1, randomUUID(), POISON);
    const poison = fixture.record(snapshot);
    await fixture.inject([poison]);
    await isParked(poison, 'handler-failed');
    const waits: number[] = [];
    for (let tries = 0; tries < 3; tries++) {
      await query(`update parked_message set next_retry_at = now() where headers->>'ce_id' = $1`, [
        poison.id,
      ]);
      await messages.retryDue();
      const [{ wait }] = (await query<{ wait: number }>(
        `select extract(epoch from next_retry_at - now())::float8 as wait from parked_message
         where headers->>'ce_id' = $1 and replayed_at is null`,
        [poison.id],
      )) as [{ wait: number }];
      waits.push(wait);
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    const repaired = Buffer.from(JSON.stringify(aSnapshot(1, snapshot.requestId)));
    await query(`update parked_message set body = $2, next_retry_at = now() where headers->>'ce_id' = $1`, [
      poison.id,
      repaired,
    ]);
    await messages.retryDue();
    expect(await stored(snapshot.requestId)).toBe(1);
    expect(await parkedOf(poison)).toEqual([]);
  });

  it('does not try a message again that nobody can read', async () => {
    const garbled = fixture.record(aSnapshot(), { body: '{"requestId": "' });
    await fixture.inject([garbled]);
    await isParked(garbled, 'undecodable');
    const [row] = await query(`select next_retry_at from parked_message where headers->>'ce_id' = $1`, [
      garbled.id,
    ]);
    expect(row).toEqual({ next_retry_at: null });
  });

  it('parks a record older than the term of its topic', async () => {
    const snapshot = aSnapshot();
    const time = new Date(Date.now() - (SHARED_TOPIC.retentionDays + 1) * DAY_MS);
    const record = fixture.record(snapshot, { time });
    await fixture.inject([record]);
    await isParked(record, 'too-old');
    expect(await stored(snapshot.requestId)).toBeUndefined();
  });
});
