import type { INestApplication } from '@nestjs/common';
import { complaintsAbout, DeliveryWorld, aRequest, eventually, Keeper, Statements } from '@lianban/testing';
import { DataSource } from 'typeorm';
import type { TransportName } from '@lianban/testing';
import { Backlog } from './backlog.js';
import { MessagingConfig } from './messaging.config.js';

const MANY = 50_000;
const NEW = 40;

// As many rows as those that everybody has read long since, and as many that nobody has.
const READ = `insert into outbox (event_id, xid, type, time, key, topic, shard, body, term)
  select gen_random_uuid(), '3', m.type, m.time, gen_random_uuid(), m.topic, n % 12, m.body, m.term
  from (select * from outbox limit 1) m cross join generate_series(1, ${MANY}) n`;
const SEEN = `insert into inbox (event_id, time)
  select uuidv7(-age), now() - age from generate_series(1, ${MANY}) n, lateral (select n * interval '14 days' / ${MANY} as age) a`;

describe.each<TransportName>(['postgres', 'kafka'])(
  'messaging over %s with fifty thousand events',
  (transport) => {
    let world: DeliveryWorld;
    let keeper: INestApplication;
    beforeAll(async () => {
      world = await DeliveryWorld.open(transport);
      keeper = await world.start(Keeper);
    });
    afterAll(() => world.close());

    it('finds what it needs by its keys and sorts little', async () => {
      const [intake, tracking] = [world.intake.get(DataSource), keeper.get(DataSource)];
      const kept = async () =>
        Number((await tracking.query<{ n: string }[]>('select count(*) as n from kept'))[0]!.n);
      await world.publish(aRequest());
      await eventually(async () => expect(await kept()).toBe(1));
      await intake.query(READ);
      await tracking.query(SEEN);
      for (const source of [intake, tracking]) await source.query('analyze');

      const [saying, hearing] = [Statements.of(intake), Statements.of(tracking)];
      await world.publish(Array.from({ length: NEW }, () => aRequest()));
      await eventually(async () => expect(await kept()).toBe(NEW + 1));
      await new Backlog(intake, world.intake.get(MessagingConfig)).look();

      const said = [...saying.about('outbox'), ...saying.about('cursor')];
      // Nobody publishes progress in this small house.
      const heard = ['inbox', 'cursor', 'topic_requests']
        .flatMap((table) => hearing.about(table))
        .filter(({ sql }) => !sql.includes('topic_progress'));
      expect(said.length).toBeGreaterThanOrEqual(2);
      expect(heard.length).toBeGreaterThanOrEqual(1);
      expect(await complaintsAbout(intake, said)).toEqual([]);
      expect(await complaintsAbout(tracking, heard)).toEqual([]);
    });
  },
);
