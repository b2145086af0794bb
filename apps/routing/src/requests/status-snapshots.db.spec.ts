import { randomUUID } from 'node:crypto';
import { NightlyRepublish, RepublishSnapshots, Transaction } from '@lianban/messaging';
import { Clock, createService, Log } from '@lianban/service-kit';
import { aDatabase, eventually, outboxEvents, type TestDatabase } from '@lianban/testing';
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

  const published = () =>
    app
      .get(DataSource)
      .query<{ key: string; body: string }[]>(
        `select key, body from ${outboxEvents()} where topic = 'status' order by id`,
      );

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

  it('publishes at night, once, what changed in the last two days', async () => {
    const source = app.get(DataSource);
    const [recent] = await source.query<[{ request_id: string }]>(
      'select request_id from routed_request limit 1',
    );
    const start = jest.spyOn(app.get(RepublishSnapshots), 'start');
    await source.query(`update routed_request set changed_on = current_date - 10`);
    await source.query(`update routed_request set changed_on = current_date - 2 where request_id = $1`, [
      recent.request_id,
    ]);
    const before = (await published()).length;
    const today = new Date().toISOString().slice(0, 10);
    const at = (time: string) => (app.get(Clock).now = () => new Date(`${today}T${time}Z`));
    at('17:59:59');
    await app.get(NightlyRepublish).run();
    expect(start).not.toHaveBeenCalled();
    at('18:00:00');
    await app.get(NightlyRepublish).run();
    await eventually(async () => expect(await published()).toHaveLength(before + 1));
    await app.get(NightlyRepublish).run();
    expect((await published()).slice(before).map(({ key }) => key)).toEqual([recent.request_id]);
    expect(start).toHaveBeenCalledTimes(1);
  });
});
