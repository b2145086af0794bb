import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { RepublishSnapshots, Transaction } from '@lianban/messaging';
import { createService, Log } from '@lianban/service-kit';
import {
  aDatabase,
  aDesiredState,
  catalogueCopy,
  inHouseDialects,
  nextDesiredState,
  outboxEvents,
  type TestDatabase,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { AdapterModule } from '../adapter.module.js';
import { JobStore } from './job-store.js';

const SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;

@Module({ imports: [AdapterModule.for({ utility: 'water' })] })
class Water {}

describe('saying every job again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-snapshots-'));
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
      CATALOGUE_FOLDER: catalogueCopy(folder, inHouseDialects),
      DATABASE_URL: database.urlOf('adapter-water'),
    };
    app = await createService(Water, { env, logger: Log.to({ write: () => {} }) });
    await app.init();
  });

  afterAll(async () => {
    await app?.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it('publishes each job as its newest attempt stands, with the version it has', async () => {
    const id = randomUUID();
    const query = (sql: string, values: unknown[]) =>
      app.get(DataSource).query<{ body: string }[]>(sql, values);
    // Providers that no catalogue has: no call changes the job meanwhile.
    const desired = aDesiredState({ requestId: id, utility: 'water', provider: 'first-water' });
    const rerouted = nextDesiredState(desired, { attempt: 2, provider: 'second-water' });
    await app.get(Transaction).run((unitOfWork) =>
      app.get(JobStore).updateDesired(unitOfWork, [desired, rerouted], (jobs, context) => {
        jobs.get(id)!.applyDesiredState(desired, context);
        jobs.get(id)!.applyDesiredState(rerouted, context);
      }),
    );
    const published = () => query(`select body from ${outboxEvents()} where topic = $1`, ['progress']);
    const before = await published();
    expect(await app.get(RepublishSnapshots).execute()).toBe(1);
    const [again] = (await published()).slice(before.length);
    expect(JSON.parse(again!.body)).toEqual(JSON.parse(before.at(-1)!.body));
    expect(JSON.parse(again!.body)).toMatchObject({ requestId: id, attempt: 2, provider: 'second-water' });
  });
});
