import { randomUUID } from 'node:crypto';
import { RepublishSnapshots, Transaction } from '@lianban/messaging';
import { createService, Log } from '@lianban/service-kit';
import { aDatabase, outboxEvents, type TestDatabase } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { RoutingModule } from '../routing.module.js';
import { aDossier } from './routed-request.mother.js';
import { RoutedRequests } from './routed-requests.js';

describe('publishing every status again', () => {
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

  it('publishes each as it stands, page by page, with the version it has', async () => {
    const ids = Array.from({ length: 205 }, () => randomUUID());
    await app.get(Transaction).run((unitOfWork) =>
      app.get(RoutedRequests).update(
        unitOfWork,
        (repository) => repository.loadOrCreate(ids),
        (requests, context) =>
          requests.forEach((request) =>
            request.applyDossier(aDossier({ requestId: request.requestId }), context),
          ),
      ),
    );
    const published = () =>
      app
        .get(DataSource)
        .query<{ key: string; body: string }[]>(
          `select key, body from ${outboxEvents()} where topic = 'status'`,
        );
    const before = await published();
    expect(await app.get(RepublishSnapshots).execute()).toBe(205);
    const again = (await published()).slice(before.length);
    const bodies = (rows: { body: string }[]) =>
      rows
        .map(({ body }) => JSON.parse(body) as { requestId: string })
        .toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1));
    expect(bodies(again)).toEqual(bodies(before));
    expect(again.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
  });
});
