import type { INestApplication } from '@nestjs/common';
import {
  aSnapshot,
  planProblems,
  eventually,
  MessagingFixture,
  Statements,
  TestProjection,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import type { TransportName } from './installation.js';
import { OutboxAgeGuard } from './outbox/outbox-age-guard.js';
import { MessagingConfig } from './messaging.config.js';

const MANY = 50_000;
const NEW = 40;

/** Rows that are not for any group of this process, and that another live process would send. */
const OTHERS = `insert into outbox (process, event_ids, type, time, keys, topic, bodies, pending_groups)
  select 1, array[gen_random_uuid()], 'test', now(), array[gen_random_uuid()], 'elsewhere', repeat('x', 100), '{elsewhere}'
  from generate_series(1, ${MANY}) n`;

describe.each<TransportName>(['embedded', 'kafka'])(
  'messaging over %s with fifty thousand events',
  (transport) => {
    let fixture: MessagingFixture;
    let projection: INestApplication;
    beforeAll(async () => {
      fixture = await MessagingFixture.open(transport, { env: { OUTBOX_STALE_MS: '3600000' } });
      projection = await fixture.start(TestProjection);
    });
    afterAll(() => fixture.close());

    it('finds what it needs by its keys and sorts little', async () => {
      const source = fixture.publisher.get(DataSource);
      const lock = source.createQueryRunner();
      await lock.query('select pg_advisory_lock(7101, 1)');
      const statements = Statements.of(source);
      await source.query(OTHERS);
      await source.query('analyze');
      const snapshots = Array.from({ length: NEW }, () => aSnapshot());
      await fixture.publish(snapshots);
      const ids = snapshots.map(({ requestId }) => requestId);
      await eventually(async () => expect(await fixture.effectsOf(ids)).toHaveLength(NEW));
      await eventually(() => expect(statements.about('outbox').length).toBeGreaterThanOrEqual(2));
      await new OutboxAgeGuard(source, fixture.publisher.get(MessagingConfig)).sample();

      const found = statements.about('outbox').filter(({ sql }) => !sql.includes('generate_series'));
      expect(await planProblems(source, found)).toEqual([]);
      await lock.release();
      expect(projection).toBeDefined();
    });
  },
);
