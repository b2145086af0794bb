import { randomUUID } from 'node:crypto';
import { RepublishSnapshots } from '@lianban/messaging';
import { createService, Log } from '@lianban/service-kit';
import { aDatabase, type TestDatabase } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { RoutingModule } from '../routing.module.js';

describe('saying every decision again', () => {
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;

  beforeAll(async () => {
    database = await aDatabase();
    const env = {
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_AUDIENCE: 'lianban',
      DATABASE_URL: database.urlOf('routing'),
    };
    app = await createService(RoutingModule, { env, logger: Log.to({ write: () => {} }) });
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('publishes what was decided of each request, page by page, and nothing where nothing was', async () => {
    const decided = Array.from({ length: 205 }, () => randomUUID());
    const query = (sql: string, values: unknown[]) =>
      app.get(DataSource).query<{ body: string }[]>(sql, values);
    await query(
      `insert into routed_request (request_id, version, ended_at) select r, 3, '2026-05-11T02:00:00Z' from unnest($1::uuid[]) r`,
      [decided],
    );
    await query('insert into routed_request (request_id) values ($1)', [randomUUID()]);
    expect(await app.get(RepublishSnapshots).execute()).toBe(205);
    const said = await query(`select body from outbox where topic = $1`, ['decisions']);
    const bodies = said.map(({ body }) => JSON.parse(body) as { requestId: string });
    expect(bodies[0]).toMatchObject({ version: 3, jobs: [], endedAt: '2026-05-11T02:00:00.000Z' });
    expect(bodies.map(({ requestId }) => requestId).toSorted()).toEqual(decided.toSorted());
  });
});
