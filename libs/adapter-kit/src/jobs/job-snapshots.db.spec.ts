import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { RepublishSnapshots } from '@lianban/messaging';
import { createService, Log } from '@lianban/service-kit';
import { aDatabase, type TestDatabase } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { AdapterModule } from '../adapter.module.js';

const SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;

@Module({ imports: [AdapterModule.for({ utility: 'water' })] })
class Water {}

describe('saying every job again', () => {
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;

  beforeAll(async () => {
    database = await aDatabase();
    const env = {
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_AUDIENCE: 'lianban',
      PROVIDERS_URL: 'http://127.0.0.1:1',
      PUBLIC_URL: 'http://127.0.0.1:1',
      PROVIDER_SECRETS: JSON.stringify({ 'jinan-water': SECRET, 'zibo-water': SECRET }),
      DATABASE_URL: database.urlOf('adapter-water'),
    };
    app = await createService(Water, { env, logger: Log.to({ write: () => {} }) });
    await app.init();
  });

  afterAll(async () => {
    await app?.close();
    await database.drop();
  });

  it('publishes each job as its newest attempt stands, with the version it has', async () => {
    const id = randomUUID();
    const query = (sql: string, values: unknown[]) =>
      app.get(DataSource).query<{ body: string }[]>(sql, values);
    const since = '2026-05-11T02:00:00.000Z';
    const body = {
      requestId: id,
      provider: 'jinan-water',
      state: 'accepted',
      since,
      withdrawal: 'none',
      stages: [],
    };
    await query('insert into job (request_id, version, delivered, accepted) values ($1, 6, true, true)', [
      id,
    ]);
    for (const attempt of [1, 2])
      await query(
        `insert into placement (request_id, attempt, provider, state, urgent_on, body)
         values ($1, $2, 'jinan-water', 'accepted', '2026-05-27', $3)`,
        [id, attempt, { ...body, attempt }],
      );
    expect(await app.get(RepublishSnapshots).execute()).toBe(1);
    const [said] = await query(`select body from outbox where topic = $1`, ['progress']);
    expect(JSON.parse(said!.body)).toMatchObject({
      requestId: id,
      utility: 'water',
      attempt: 2,
      version: 6,
      accepted: true,
    });
  });
});
