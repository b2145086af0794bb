import { aSnapshot, eventually, MessagingFixture, outboxEvents, Routing } from '@lianban/testing';
import { DataSource, type QueryRunner } from 'typeorm';
import type { OutgoingMessage } from '../message.js';
import { KafkaOutbox } from './kafka-outbox.js';

const LIVE = 41;
const DEAD = 42;

describe('the sweeper', () => {
  let fixture: MessagingFixture;
  let other: QueryRunner;

  beforeAll(async () => {
    fixture = await MessagingFixture.open('kafka');
    other = fixture.publisher.get(DataSource).createQueryRunner();
    await other.query(`select pg_advisory_lock(7101, ${LIVE})`);
  });
  afterAll(async () => {
    await other.release();
    await fixture.close();
  });

  const insert = async (process: number | null, age = '0 seconds'): Promise<OutgoingMessage> => {
    const message = fixture.record(aSnapshot());
    await fixture.query(
      `insert into routing.outbox (process, event_ids, type, time, keys, topic, bodies, created_at)
       values ($1, array[$2::uuid], $3, $4, array[$5::uuid], $6, $7, now() - $8::interval)`,
      [process, message.id, message.type, message.time, message.key, message.topic, message.body, age],
    );
    return message;
  };
  const left = async (): Promise<string[]> =>
    (await fixture.query<{ id: string }>(`select event_id as id from ${outboxEvents('routing.outbox')}`)).map(
      ({ id }) => id,
    );

  it('takes what found no room, what a dead process left and what is old, and leaves a living process its own', async () => {
    const kept = await insert(LIVE);
    await insert(null);
    await insert(DEAD);
    await insert(LIVE, '2 minutes');
    await eventually(async () => expect(await left()).toEqual([kept.id]));
    await fixture.query('delete from routing.outbox');
  });

  it('takes what a process left as soon as that has gone', async () => {
    const going = await fixture.start(Routing);
    const outbox = going.get(KafkaOutbox);
    jest.spyOn(outbox, 'send').mockImplementation(() => {});
    await fixture.publish([aSnapshot(), aSnapshot()], going);
    expect(await left()).toHaveLength(2);
    await fixture.stop(going);
    await eventually(async () => expect(await left()).toEqual([]));
  });
});
