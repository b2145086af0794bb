import { randomUUID } from 'node:crypto';
import { eventTransport } from '@lianban/messaging';
import { createService, Log } from '@lianban/service-kit';
import {
  aDatabase,
  aRegistration,
  eventually,
  outboxEvents,
  type TestDatabase,
  TestIssuer,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { IntakeModule } from '../intake.module.js';

describe('republishing', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;
  let address: string;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = {
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf('intake'),
      QUERY_CODE_SECRET: `1:${'a'.repeat(32)}`,
    };
    const started = (logger: Log) => createService(IntakeModule, { env, transport: eventTransport, logger });
    app = await started(Log.to({ write: () => {} }));
    await app.init();
    address = await app.listen(0, '127.0.0.1').then(() => app.getUrl());
  });

  afterAll(async () => {
    await app.close();
    await issuer.stop();
    await database.drop();
  });

  const post = async (path: string, role: 'clerk' | 'operator', body?: unknown) =>
    fetch(`${address}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issuer.token({ claims: { role, hall: 'lixia' } })}`,
        'idempotency-key': randomUUID(),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
  const publishedEvents = () =>
    app
      .get(DataSource)
      .query<{ event_id: string; body: string }[]>(
        `select event_id, body from ${outboxEvents()} where topic = 'dossiers'`,
      );

  it('republishes each request with its current version', async () => {
    for (let i = 0; i < 3; i++)
      expect((await post('requests', 'clerk', aRegistration('water'))).status).toBe(201);
    expect((await post('ops/intake/republish', 'clerk')).status).toBe(403);
    expect((await post('ops/intake/republish', 'operator')).status).toBe(202);
    const events = await eventually(async () => {
      const found = await publishedEvents();
      expect(found).toHaveLength(6);
      return found;
    });
    const bodies = events.map(({ body }) => JSON.parse(body) as { receiptNumber: string });
    const inOrder = bodies.toSorted((a, b) => (a.receiptNumber < b.receiptNumber ? -1 : 1));
    for (const place of [0, 2, 4]) expect(inOrder[place]).toEqual(inOrder[place + 1]);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(6);
  });
});
