import type { INestApplication } from '@nestjs/common';
import { ContactChanged, type RequestEvent } from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  complaintsAbout,
  eventually,
  Intake,
  KeptPlan,
  make,
  Statements,
  TestIssuer,
  type TestDatabase,
  Water,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { Gateway } from './gateway.mother.js';
import { SendNotices } from './notices/send-notices.js';
import { NotificationModule } from './notification.module.js';
import { aProgress, aRequestOf } from './requests/known-request.mother.js';

const MANY = 50_000;
const WAITING = 5_000;
/** Of these requests, those whose job is not heard of or whose notices are not all sent. */
const LEFT = `select count(*)::int as n from unnest($1::uuid[]) r(id) left join known_request k on k.request_id = r.id
  where k.jobs->'water' is null or not exists (select 1 from notice n where n.request_id = r.id)
    or exists (select 1 from notice n where n.request_id = r.id and n.state <> 'sent')`;

describe('notification with fifty thousand requests', () => {
  const gateway = new Gateway();
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;
  let intake: INestApplication;
  let water: INestApplication;
  let address: string;
  let source: DataSource;
  let statements: Statements;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    await gateway.start();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      SMS_GATEWAY_URL: gateway.url,
      SMS_FIRST_WAIT: '20',
      SMS_INTERVAL: '20',
      SMS_HOURS: '0-24',
      SMS_PER_DAY: '2',
    });
    const logger = Log.to({ write: () => {} });
    app = await createService(NotificationModule, {
      env: env('notification'),
      transport: eventTransport,
      logger,
    });
    intake = await make({ module: Intake, env: env('intake') });
    water = await createService(Water, { env: env('adapter-water'), logger });
    await Promise.all([intake.init(), water.init()]);
    source = app.get(DataSource);
    statements = Statements.of(source);
    address = await startListening(app);
  });

  afterAll(async () => {
    await Promise.all([app, intake, water].map((each) => each.close()));
    await gateway.stop();
    await issuer.stop();
    await database.drop();
  });

  const say = (by: INestApplication, events: readonly RequestEvent[]) =>
    by.get(Transaction).run(async ({ publish }) => publish(events));
  const contactOf = ({ requestId }: { requestId: string }) =>
    Object.assign(new ContactChanged(), { requestId, version: 1, phone: '13800138000', language: 'zh-CN' });

  /** Says of so many requests that they were registered and accepted, and waits until the applicants were told. */
  async function tell(count: number) {
    const requests = Array.from({ length: count }, () => aRequestOf(['water']));
    await say(intake, [...requests, ...requests.map(contactOf)]);
    await say(
      water,
      requests.map(({ requestId }) => aProgress(requestId, 'water', { version: 1, state: 'accepted' })),
    );
    await eventually(async () => {
      const [row] = await source.query<{ n: number }[]>(LEFT, [requests.map(({ requestId }) => requestId)]);
      expect(row!.n).toBe(0);
    });
    return requests;
  }

  /** Says more of a request than it may tell on a day, each word when the one before was heard. */
  async function toggle(requestId: string): Promise<void> {
    for (let version = 2; version < 8; version++) {
      const since = new Date(Date.UTC(2026, 4, 12, 0, version)).toISOString();
      const state = version % 2 ? 'in-progress' : 'held';
      await say(water, [aProgress(requestId, 'water', { version, state, holder: 'applicant', since })]);
      await eventually(async () =>
        expect(
          await source.query(
            `select jobs->'water'->'version' as version from known_request where request_id = $1`,
            [requestId],
          ),
        ).toEqual([{ version }]),
      );
    }
  }

  async function fill(): Promise<void> {
    const of = (table: string) =>
      `(select * from ${table} limit 1) m cross join generate_series(1, ${MANY}) n`;
    await source.query(`insert into known_request (request_id, request, jobs, decision)
      select gen_random_uuid(), m.request, m.jobs, m.decision from ${of('known_request')}`);
    await source.query(`insert into contact (request_id, version, phone, language)
      select request_id, 1, '13800138000', 'zh-CN' from known_request on conflict do nothing`);
    await source.query(`insert into notice (id, request_id, key, news, hall, text_id, state, created_at, wanted_at, next_attempt_at, settled_at)
      select i, k.request_id, k.n::text, m.news, 'hall-' || k.n % 5, i,
        case when k.n <= ${WAITING} then 'pending' when k.n % 50 = 1 then 'to-call' when k.n % 100 = 0 then 'failed' else 'sent' end, now(), now(),
        now() + case when k.n <= ${WAITING} then interval '1 day' else interval '0' end, now()
      from (select request_id, row_number() over () as n from known_request) k
      cross join (select news from notice limit 1) m cross join lateral (select gen_random_uuid() as i where k.n > 0) x`);
  }

  const get = async (claims: Record<string, unknown>, path: string) =>
    fetch(`${address}${path}`, {
      headers: { authorization: `Bearer ${await issuer.token({ claims })}` },
    });

  const reach = async (claims: Record<string, unknown>, id: string) =>
    fetch(`${address}/v1/notices/calls/${id}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issuer.token({ claims })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ outcome: 'reached' }),
    });

  it('claims fifty of thousands that are due and reads no more, by a plan made when there was next to nothing', async () => {
    await tell(1);
    const claim = await KeptPlan.of(source, statements.claiming('notice'));
    await fill();
    const dayAfterTomorrow = `now() + interval '2 days', now() + interval '3 days', 50`;
    expect(await claim.mostRows(dayAfterTomorrow)).toBeLessThan(100);
    await claim.release();
  });

  it('finds what it needs by its keys and sorts little', async () => {
    await source.query('analyze');
    statements.forget();
    const [request] = await tell(20);
    await app.get(SendNotices).giveUpOrphans();
    await get({ role: 'clerk', hall: request!.hall }, `/v1/notices/${request!.requestId}`);
    const clerk = { role: 'clerk', hall: 'hall-1', sub: 'clerk' };
    const list = (await (await get(clerk, '/v1/notices/calls')).json()) as { calls: { id: string }[] };
    expect(list.calls).toHaveLength(50);
    expect((await reach(clerk, list.calls[0]!.id)).status).toBe(204);
    await toggle(request!.requestId);
    await get({ role: 'operator' }, '/v1/ops/notification/withheld');

    const tables = ['known_request', 'contact', 'notice', 'call', 'withheld'];
    for (const table of tables) expect(statements.about(table).length).toBeGreaterThan(1);
    const all = new Map(tables.flatMap((table) => statements.about(table)).map((each) => [each.sql, each]));
    all.delete(LEFT);
    expect(await complaintsAbout(source, [...all.values()])).toEqual([]);
  });
});
