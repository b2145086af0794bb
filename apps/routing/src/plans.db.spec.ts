import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { UTILITIES, type RequestEvent } from '@lianban/contracts';
import { eventTransport, SnapshotSource, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  planProblems,
  eventually,
  Intake,
  createTestService,
  Statements,
  TestIssuer,
  type TestDatabase,
  Water,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { aDossier, aPart, aProgress, noonOf } from './requests/routed-request.mother.js';
import { EnforceDeadlines } from './requests/enforce-deadlines.js';
import { SqlRoutedRequestRepository } from './requests/sql-routed-request.repository.js';
import { RoutingModule } from './routing.module.js';

const MANY = 50_000;

describe('routing with fifty thousand requests', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let intake: INestApplication;
  let adapter: INestApplication;
  let app: Awaited<ReturnType<typeof createService>>;
  let source: DataSource;
  let statements: Statements;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      DEADLINE_CHECK_MS: '3600000',
    });
    intake = await createTestService({ module: Intake, env: env('intake') });
    adapter = await createTestService({ module: Water, env: env('adapter-water') });
    await Promise.all([intake.init(), adapter.init()]);
    const logger = Log.to({ write: () => {} });
    app = await createService(RoutingModule, { env: env('routing'), transport: eventTransport, logger });
    source = app.get(DataSource);
    statements = Statements.of(source);
    await startListening(app);
    app.get(Clock).now = () => noonOf('2026-05-11');
  });

  afterAll(async () => {
    await app.close();
    await Promise.all([intake.close(), adapter.close()]);
    await issuer.stop();
    await database.drop();
  });

  async function hear(by: INestApplication, ...events: RequestEvent[]): Promise<void> {
    await by.get(Transaction).run(async ({ publish }) => publish(events));
    await eventually(async () => expect(await by.get(DataSource).query('select id from outbox')).toEqual([]));
  }

  const aWholeDossier = () =>
    aDossier({ requestId: randomUUID(), parts: UTILITIES.map((utility) => aPart(utility)) });

  async function fill(): Promise<void> {
    await source.query(`insert into routed_request (request_id, version, dossier_version, public_dossier, facts, ended_at,
        next_check_on)
      select gen_random_uuid(), version, dossier_version, public_dossier, facts, case when n % 10 > 0 then now() end,
        case when n % 10 = 0 then date '2026-06-01' + n % 90 end
      from (select * from routed_request limit 1) model cross join generate_series(1, ${MANY}) n`);
    const { columns } = (
      await source.query<{ columns: string }[]>(
        `select string_agg(column_name, ',') as columns from information_schema.columns
         where table_schema = current_schema() and table_name = 'routed_job' and column_name <> 'request_id'`,
      )
    )[0]!;
    // One utility at a time: a statement of a service has five seconds.
    for (const utility of UTILITIES)
      await source.query(
        `insert into routed_job (request_id, ${columns}) select r.request_id, ${columns} from routed_request r
         cross join (select ${columns} from routed_job where utility = $1 limit 1) m on conflict do nothing`,
        [utility],
      );
    await source.query(`insert into dossier (request_id, version, body)
      select r.request_id, 1, d.body from routed_request r cross join (select body from dossier limit 1) d
      on conflict do nothing`);
    await source.query('analyze');
    statements.clear();
  }

  it('finds what it needs by its keys and sorts little', async () => {
    await hear(intake, aWholeDossier());
    await fill();
    const dossiers = Array.from({ length: 20 }, aWholeDossier);
    await hear(intake, ...dossiers);
    await hear(
      adapter,
      ...dossiers.map(({ requestId }) =>
        aProgress({ requestId, state: 'waiting', holderDeadline: '2026-05-18' }),
      ),
    );
    await hear(intake, ...dossiers.map((dossier) => Object.assign(dossier, { version: 2 })));
    app.get(Clock).now = () => noonOf('2026-05-15');
    await app.get(EnforceDeadlines).execute();
    await app.get(Transaction).run(async (work) => {
      await app.get(SnapshotSource).page(work, randomUUID(), 200);
      await new SqlRoutedRequestRepository(work.manager).loadRunning(
        'ffffffff-ffff-7fff-bfff-ffffffffffff',
        200,
      );
    });

    const [requests, dossier] = [statements.about('routed_request'), statements.about('dossier')];
    expect(requests.map(({ sql }) => sql.trim().split(/\s/)[0]).toSorted()).toEqual([
      'select',
      'select',
      'select',
      'select',
      'with',
    ]);
    expect(dossier.length).toBeGreaterThanOrEqual(2);
    expect(await planProblems(source, [...requests, ...dossier])).toEqual([]);
  });

  it('would be found out where it read a table from end to end', async () => {
    const scan = { sql: 'select 1 from routed_request where version = $1', values: [77] };
    expect((await planProblems(source, [scan]))[0]).toMatch(/^routed_request is read from end to end/);
  });
});
