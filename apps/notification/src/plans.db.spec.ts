import { ContactChanged, RequestStatusChanged } from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  planProblems,
  eventually,
  GenericPlan,
  Statements,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { StoreContacts } from './contacts/store-contacts.js';
import { SendNotices } from './delivery/send-notices.js';
import { Gateway } from './gateway.mother.js';
import { ApplyStatuses } from './notices/apply-statuses.js';
import { RequestStory } from './notices/status.mother.js';
import { NotificationModule } from './notification.module.js';

const MANY = 50_000;
const WAITING = 5_000;
/** Of these requests, those whose texts are not all sent. */
const UNSENT = `select count(*)::int as n from unnest($1::uuid[]) r(id)
  where exists (select 1 from text_message t where t.request_id = r.id and t.state <> 'sent')`;

const SECRET = `1:${'a'.repeat(32)}`;

describe('notification with fifty thousand requests', () => {
  const gateway = new Gateway();
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;
  let address: string;
  let source: DataSource;
  let statements: Statements;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    await gateway.start();
    app = await createService(NotificationModule, {
      env: {
        ...issuer.env,
        PORT: '0',
        DATABASE_URL: database.urlOf('notification'),
        SMS_GATEWAY_URL: gateway.url,
        QUERY_CODE_SECRET: SECRET,
        SMS_FIRST_WAIT_MS: '20',
        SMS_POLL_MS: '20',
        SMS_HOURS: '0-24',
        SMS_MAX_PER_DAY: '2',
      },
      transport: eventTransport,
      logger: Log.to({ write: () => {} }),
    });
    source = app.get(DataSource);
    statements = Statements.of(source);
    address = await startListening(app);
  });

  afterAll(async () => {
    await app.close();
    await gateway.stop();
    await issuer.stop();
    await database.drop();
  });

  const apply = (...statuses: RequestStatusChanged[]) =>
    app.get(Transaction).run((work) => app.get(ApplyStatuses).handle(statuses, work));
  const storeContacts = (contacts: ContactChanged[]) =>
    app.get(Transaction).run((work) => app.get(StoreContacts).handle(contacts, work));
  const aContact = ({ requestId }: RequestStory) =>
    Object.assign(new ContactChanged(), { requestId, version: 1, phone: '13800138000', language: 'zh-CN' });

  /** So many requests are registered and accepted, and their applicants told. */
  async function tell(count: number): Promise<RequestStory[]> {
    const requests = Array.from({ length: count }, () => new RequestStory(['water']));
    await storeContacts(requests.map(aContact));
    await apply(...requests.map((request) => request.status()));
    await apply(...requests.map((request) => request.accept('water').status()));
    const ids = requests.map(({ requestId }) => requestId);
    await eventually(async () => expect(await source.query(UNSENT, [ids])).toEqual([{ n: 0 }]));
    return requests;
  }

  /** Publishes more of a request than it may tell on a day. */
  async function toggle(request: RequestStory): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await apply(request.hold('water', `turn ${i}`).status());
      await apply(request.resume('water').status());
    }
  }

  async function fill(): Promise<void> {
    const of = (table: string) =>
      `(select * from ${table} limit 1) m cross join generate_series(1, ${MANY}) n`;
    await source.query(`insert into request_state (request_id, version, receipt_number, hall)
      select gen_random_uuid(), m.version, m.receipt_number, m.hall from ${of('request_state')}`);
    await source.query(`insert into contact (request_id, version, phone, language)
      select request_id, 1, '13800138000', 'zh-CN' from request_state on conflict do nothing`);
    await source.query(`insert into text_message (id, request_id, hall, batchable, state, created_at, next_attempt_at, settled_at)
      select gen_random_uuid(), k.request_id, 'hall-' || k.n % 5, false,
        case when k.n <= ${WAITING} then 'pending' when k.n % 50 = 1 then 'to-call' when k.n % 100 = 0 then 'failed' else 'sent' end,
        now(), now() + case when k.n <= ${WAITING} then interval '1 day' else interval '0' end, now()
      from (select request_id, row_number() over () as n from request_state) k`);
    await source.query(`insert into notice (request_id, text_id, key, kind, content, created_at, too_old)
      select t.request_id, t.id, t.id::text, m.kind, m.content, now(), false
      from text_message t cross join (select kind, content from notice limit 1) m`);
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

  it('leases fifty of thousands that are due and reads no more, by a plan made when there was next to nothing', async () => {
    await tell(1);
    const lease = await GenericPlan.of(source, statements.lockingStatement('text_message'));
    await fill();
    const dayAfterTomorrow = `now() + interval '2 days', 60000, 50`;
    expect(await lease.maxRows(dayAfterTomorrow)).toBeLessThan(100);
    await lease.release();
  });

  it('finds what it needs by its keys and sorts little', async () => {
    await source.query('analyze');
    statements.clear();
    const [request] = await tell(20);
    await app.get(SendNotices).failWithoutContact();
    await get({ role: 'clerk', hall: 'lixia' }, `/v1/notices/${request!.requestId}`);
    const clerk = { role: 'clerk', hall: 'hall-1', sub: 'clerk' };
    const list = (await (await get(clerk, '/v1/notices/calls')).json()) as { calls: { id: string }[] };
    expect(list.calls).toHaveLength(50);
    expect((await reach(clerk, list.calls[0]!.id)).status).toBe(204);
    await toggle(request!);
    await get({ role: 'operator' }, '/v1/ops/notification/withheld');
    await get({ role: 'operator' }, '/v1/ops/notification/notices?state=failed');

    const tables = ['request_state', 'contact', 'notice', 'text_message', 'call', 'withheld'];
    for (const table of tables) expect(statements.about(table).length).toBeGreaterThan(1);
    const all = new Map(tables.flatMap((table) => statements.about(table)).map((each) => [each.sql, each]));
    all.delete(UNSENT);
    expect(await planProblems(source, [...all.values()])).toEqual([]);
  });
});
