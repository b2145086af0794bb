import { asAdmin } from '@lianban/engines';
import {
  aSnapshot,
  eventually,
  createTestService,
  MessagingFixture,
  Routing,
  TestProjection,
} from '@lianban/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startListening } from '@lianban/service-kit';
import { leaveKafka } from './leave-kafka.js';

describe('leaving Kafka', () => {
  it('is refused until services are stopped and all is read, and lets the embedded transport in afterwards', async () => {
    const fixture = await MessagingFixture.open('kafka');
    const offsets = await fixture.kafka!.client.offsets();
    const leave = () =>
      asAdmin(fixture.database.adminUrl, (admin) => leaveKafka(admin, offsets, fixture.kafka!.prefix));
    const snapshot = aSnapshot();
    await fixture.publish(snapshot);
    await eventually(async () => expect(await fixture.count('routing.outbox')).toBe(0));
    expect(await leave()).toBe('services still run; stop them first');
    await fixture.stop(fixture.publisher);
    expect(await leave()).toMatch(/has not read everything/);
    const env = { ...fixture.envOf(Routing), TRANSPORT: 'embedded' };
    const embedded = await createTestService({ module: Routing, env });
    await expect(embedded.init()).rejects.toThrow(/npm run leave-kafka/);

    for (const reader of ['tracking', 'notification', 'intake'])
      await readAll(fixture, reader, snapshot.requestId);
    await eventually(async () => expect(await leave()).toBeUndefined());
    const projection = await createTestService({
      module: TestProjection,
      env: { ...fixture.envOf(TestProjection), TRANSPORT: 'embedded' },
    });
    await startListening(projection as NestFastifyApplication);
    await projection.close();
    await embedded.close();
    await offsets.close();
    await fixture.close();
  });
});

/** As the group of this service does, to the end. */
async function readAll(fixture: MessagingFixture, reader: string, key: string): Promise<void> {
  const keys: (string | null)[] = [];
  const consumer = await fixture.kafka!.client.consumer({
    group: fixture.kafka!.prefix + reader,
    topics: [fixture.record(aSnapshot()).topic],
    sessionTimeout: 10_000,
    concurrency: 1,
    onBatch: async ({ records, done }) => {
      keys.push(...records.map((record) => record.key));
      done(records.at(-1)!);
    },
    onDeath: () => {},
  });
  await eventually(() => expect(keys).toContain(key));
  await consumer.close();
}
