import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import { eventTransport, SnapshotSource, Transaction } from '@lianban/messaging';
import { createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  aRegistration,
  planProblems,
  eventually,
  createTestService,
  Routing,
  Statements,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { aStatus } from './job-states/status.mother.js';
import { IntakeModule } from './intake.module.js';
import { CloseCorrections } from './requests/close-corrections.js';
import type { Receipt } from './requests/receipt.js';

const MANY = 50_000;

describe('intake with fifty thousand requests', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;
  let routing: INestApplication;
  let address: string;
  let headers: Record<string, string>;
  let source: DataSource;
  let statements: Statements;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      QUERY_CODE_SECRET: `1:${'a'.repeat(32)}`,
    });
    const logger = Log.to({ write: () => {} });
    app = await createService(IntakeModule, { env: env('intake'), transport: eventTransport, logger });
    routing = await createTestService({ module: Routing, env: env('routing') });
    await routing.init();
    source = app.get(DataSource);
    statements = Statements.of(source);
    address = await startListening(app);
    const token = await issuer.token({ claims: { role: 'clerk', hall: 'lixia', sub: 'clerk-1' } });
    headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  });

  afterAll(async () => {
    await app.close();
    await routing.close();
    await issuer.stop();
    await database.drop();
  });

  const call = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
    fetch(`${address}/v1/requests${path}`, {
      method,
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
  const form = aRegistration('water', 'gas');
  const register = (key: string) => call('POST', '', form, { 'idempotency-key': key });

  async function fill(): Promise<void> {
    const others = (table: string, not: string) =>
      source
        .query<{ name: string }[]>(
          `select column_name as name from information_schema.columns
           where table_schema = current_schema() and table_name = $1 and column_name <> all($2::text[])`,
          [table, not.split(' ')],
        )
        .then((rows) => rows.map(({ name }) => name).join(', '));
    const rest = await others('service_request', 'id receipt_number hall');
    await source.query(`insert into service_request (id, receipt_number, hall, ${rest})
      select gen_random_uuid(), 'LBX-' || n, 'hall-' || n % 20, ${rest}
      from (select * from service_request limit 1) m cross join generate_series(1, ${MANY}) n`);
    const kept = await others('idempotency_record', 'hall key request_id');
    await source.query(`insert into idempotency_record (hall, key, request_id, ${kept})
      select s.hall, s.id::text, s.id, ${kept
        .split(', ')
        .map((name) => `m.${name}`)
        .join(', ')}
      from service_request s cross join (select * from idempotency_record limit 1) m`);
    await source.query(
      `insert into job_state (request_id, version, jobs, corrections, answers_due)
       select id, 1, '[]', '[]', case when random() < 0.1 then current_date + (10 * random())::int end from service_request`,
    );
    await source.query('analyze');
    statements.clear();
  }

  it('finds what it needs by its keys and sorts little', async () => {
    await register(randomUUID());
    await fill();
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const answers = await Promise.all(keys.map(register));
    const receipts = (await Promise.all(answers.map((answer) => answer.json()))) as Receipt[];
    const [{ receiptNumber }] = receipts as [Receipt];
    await register(keys[0]!);
    await call('POST', '', { ...form, matter: 'NOTHING' }, { 'idempotency-key': randomUUID() });
    const found = await call('GET', `/${receiptNumber}`);
    const { version } = (await found.json()) as { version: number };
    await call('PATCH', `/${receiptNumber}`, { version, language: 'en' });
    await call('POST', `/${receiptNumber}/query-code`);
    await call('POST', '/../counter/check', { draft: form });
    for (const q of [receiptNumber, '8000', '欧阳 样例路']) await call('POST', '/../counter/search', { q });
    const ids = await source.query<{ id: string }[]>('select id from service_request limit 40');
    await routing.get(Transaction).run(async ({ publish }) => publish(ids.map(({ id }) => aStatus(id, 2))));
    await eventually(() => expect(statements.about('job_state').length).toBeGreaterThan(1));
    await app.get(CloseCorrections).execute();
    await app.get(Transaction).run(async (work) => {
      await app.get(SnapshotSource).page(work, randomUUID(), 200);
    });

    const tables = ['service_request', 'idempotency_record', 'job_state'];
    const all = new Map(tables.flatMap((table) => statements.about(table)).map((each) => [each.sql, each]));
    all.delete('select id from service_request limit 40');
    expect(all.size).toBeGreaterThanOrEqual(7);
    expect(await planProblems(source, [...all.values()])).toEqual([]);
  });
});
