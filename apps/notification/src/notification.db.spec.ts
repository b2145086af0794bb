import { ContactChanged, deriveQueryCode, RequestStatusChanged, type Utility } from '@lianban/contracts';
import { ConcurrentInsert, eventTransport, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  eventually,
  Intake,
  createTestService,
  Routing,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { StoreContacts } from './contacts/store-contacts.js';
import { SendNotices } from './delivery/send-notices.js';
import { Gateway } from './gateway.mother.js';
import { ApplyStatuses } from './notices/apply-statuses.js';
import { RECORD } from './notices/delivery-records.js';
import type { DeliveryRecord } from './notices/notices.forms.js';
import { aCorrection, aJob, aWaitingJob, RECEIPT, RequestStory } from './notices/status.mother.js';
import { NotificationConfig } from './notification.config.js';
import { NotificationModule } from './notification.module.js';

type Service = Awaited<ReturnType<typeof createService>>;
const DAY_MS = 86_400_000;
const MAX_TRIES = 4;

const SECRET = `1:${'a'.repeat(32)}`;

describe('notification', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Service;
  let address: string;
  let intake: Awaited<ReturnType<typeof createTestService>> | undefined;
  let routing: Awaited<ReturnType<typeof createTestService>> | undefined;
  let number = 0;
  const gateway = new Gateway();
  const lines: string[] = [];

  const start = async () => {
    app = await createService(NotificationModule, {
      env: {
        ...issuer.env,
        PORT: '0',
        DATABASE_URL: database.urlOf('notification'),
        SMS_GATEWAY_URL: gateway.url,
        QUERY_CODE_SECRET: SECRET,
        SMS_MAX_TRIES: String(MAX_TRIES),
        SMS_FIRST_WAIT_MS: '20',
        SMS_TIMEOUT_MS: '2000',
        SMS_POLL_MS: '20',
        SMS_HOURS: '0-24',
        SMS_MAX_PER_DAY: '4',
      },
      transport: eventTransport,
      logger: Log.to({ write: (line: string) => lines.push(line) }),
    });
    address = await startListening(app);
  };

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    await gateway.start();
    [intake, routing] = await Promise.all(
      [
        { module: Intake, service: 'intake' },
        { module: Routing, service: 'routing' },
      ].map(({ module, service }) =>
        createTestService({ module, env: { DATABASE_URL: database.urlOf(service) } }),
      ),
    );
    await Promise.all([intake, routing].map((publisher) => publisher!.init()));
    await start();
  });

  afterEach(() => {
    gateway.loseAnswers = 0;
    gateway.failWith = undefined;
    mayTry(MAX_TRIES);
  });

  /** Until the next test: what is to be seen between two tries must not be over after a few of them. */
  const mayTry = (maxTries: number) => Object.assign(app.get(SendNotices)['retryPolicy'], { maxTries });

  afterAll(async () => {
    await Promise.all([app, intake, routing].map((service) => service?.close()));
    await gateway.stop();
    await issuer.stop();
    await database.drop();
  });

  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);
  type Handled = RequestStatusChanged | ContactChanged | RequestStory;

  /** Hands events to their handlers as a transport does, each in a transaction of its own. */
  async function hand(...events: Handled[]): Promise<void> {
    for (const event of events) {
      const handed = event instanceof RequestStory ? event.status() : event;
      await app
        .get(Transaction)
        .run((work) =>
          handed instanceof ContactChanged
            ? app.get(StoreContacts).handle([handed], work)
            : app.get(ApplyStatuses).handle([handed], work),
        );
    }
  }

  const now = () => app.get(Clock).now();
  const aRequest = (utilities: Utility[] = ['water'], changes: Partial<RequestStatusChanged> = {}) =>
    new RequestStory(utilities, changes, now);

  const aPhone = () => `1380013${String(++number).padStart(4, '0')}`;
  const aContact = (requestId: string, phone: string, changes: Partial<ContactChanged> = {}) =>
    Object.assign(new ContactChanged(), { requestId, version: 1, phone, language: 'zh-CN', ...changes });

  const notices = (requestId: string) =>
    rows<DeliveryRecord>(
      `select ${RECORD} from notice n join text_message t on t.id = n.text_id where n.request_id = $1 order by n.seq`,
      [requestId],
    );
  const settled = (requestId: string, ...states: [string, string][]) =>
    eventually(async () =>
      expect((await notices(requestId)).map(({ key, state }) => [key, state])).toEqual(states),
    );

  async function call(role: string, method: string, path: string, claims: object = {}, body?: object) {
    const token = await issuer.token({ claims: { role, ...claims } });
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
  }

  /** A registered request whose applicant was told so. */
  async function aToldRequest(utilities: Utility[] = ['water']) {
    const request = aRequest(utilities);
    const phone = aPhone();
    const { requestId: id } = request;
    await hand(request, aContact(id, phone));
    await settled(id, ['registered', 'sent']);
    return { request, id, phone };
  }

  it('sends what routing publishes to the contact that intake publishes', async () => {
    const request = aRequest();
    const phone = aPhone();
    const contact = aContact(request.requestId, phone);
    await intake!.get(Transaction).run(async ({ publish }) => publish(contact));
    await routing!.get(Transaction).run(async ({ publish }) => publish(request.status()));
    await eventually(() => expect(gateway.textsTo(phone)).toEqual([expect.stringContaining('已登记')]));
  });

  it('sends each fact once, though every status comes twice and again at the end', async () => {
    const { request, id, phone } = await aToldRequest();
    const statuses = [request.status()];
    for (const step of [() => request.accept('water'), () => request.end('water', 'completed')]) {
      statuses.push(step().status());
      await hand(statuses.at(-1)!, statuses.at(-1)!);
      await eventually(async () =>
        expect((await notices(id)).filter(({ state }) => state !== 'sent')).toEqual([]),
      );
    }
    const told: [string, string][] = [
      ['registered', 'sent'],
      ['accepted:water', 'sent'],
      ['ended', 'sent'],
    ];
    await settled(id, ...told);
    expect(gateway.textsTo(phone)).toEqual([
      expect.stringContaining('已登记'),
      expect.stringContaining('供水已由济南供水受理'),
      expect.stringContaining('已全部办结'),
    ]);
    await hand(...statuses.toReversed(), ...statuses);
    await settled(id, ...told);
    expect(gateway.textsTo(phone)).toHaveLength(3);
  });

  it('sends nothing again when everything is republished in one batch, with later versions', async () => {
    const { request, id } = await aToldRequest();
    await hand(request.accept('water'));
    await settled(id, ['registered', 'sent'], ['accepted:water', 'sent']);
    const again = [request.status(), request.change(aJob('water', { state: 'in-progress' })).status()];
    await app.get(Transaction).run((work) => app.get(ApplyStatuses).handle([...again, ...again], work));
    await settled(id, ['registered', 'sent'], ['accepted:water', 'sent']);
  });

  it('sends the acceptance even if the same status completes the job', async () => {
    const { request, id, phone } = await aToldRequest();
    await hand(request.accept('water').end('water', 'completed'));
    await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['ended', 'sent']);
    expect(gateway.textsTo(phone)).toEqual([
      expect.stringContaining('已登记'),
      expect.stringContaining('受理'),
      expect.stringContaining('已全部办结'),
    ]);
  });

  /** Has a text that was tried and not sent wait for a minute. Answers how many there were. */
  async function postponeFailed(requestId: string): Promise<number> {
    const [, count] = await app.get(DataSource).query<[unknown, number]>(
      `update text_message set next_attempt_at = now() + interval '1 minute'
       where request_id = $1 and state = 'pending' and attempts > 0`,
      [requestId],
    );
    return count;
  }

  it('sends only the newer correction if the replaced one was not sent yet', async () => {
    const { request, id, phone } = await aToldRequest();
    const [first, second] = [aCorrection(), aCorrection()];
    gateway.failWith = { status: 503 };
    mayTry(1_000);
    await hand(request.ask('water', first));
    await eventually(async () => expect(await postponeFailed(id)).toBe(1));
    gateway.failWith = undefined;
    await hand(request.ask('water', second));
    await settled(
      id,
      ['registered', 'sent'],
      [`correction:${first.id}`, 'superseded'],
      [`correction:${second.id}`, 'sent'],
    );
    expect(gateway.textsTo(phone)).toHaveLength(2);
  });

  it('sends each refusal of a repeated withdrawal once', async () => {
    const { request, id, phone } = await aToldRequest();
    const water = { withdrawnByApplicant: true, withdrawalReason: 'withdrawal-too-late' };
    const refuse = (operation: string) =>
      request.change(aJob('water', { ...water, withdrawal: 'refused' }), {
        id: `withdrawal-refused:${operation}`,
        kind: 'withdrawal-refused',
        reason: 'withdrawal-too-late',
      });
    await hand(refuse('one'), request);
    await settled(id, ['registered', 'sent'], ['withdrawal-refused:one', 'sent']);
    await hand(
      request.change(aJob('water', { ...water, withdrawal: 'asked' })).status(),
      refuse('two').status(),
      request,
    );
    await settled(
      id,
      ['registered', 'sent'],
      ['withdrawal-refused:one', 'sent'],
      ['withdrawal-refused:two', 'sent'],
    );
    expect(gateway.textsTo(phone)).toHaveLength(3);
  });

  it('does not send facts that arrive more than three days late, and sends new ones', async () => {
    const request = aRequest(['water', 'gas']);
    const { requestId: id } = request;
    const phone = aPhone();
    const late = new Date(Date.now() - 4 * DAY_MS).toISOString();
    request.change(aJob('gas', { state: 'accepted', accepted: true }));
    request.add({ id: 'accepted:gas', kind: 'accepted', utility: 'gas', at: late }).accept('water');
    await hand(request, aContact(id, phone));
    await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['accepted:gas', 'superseded']);
    expect(gateway.textsTo(phone)).toEqual([expect.stringMatching(/已登记.*供水/)]);
    expect(gateway.textsTo(phone).join()).not.toContain('燃气');
    const found = await call('clerk', 'GET', `/v1/notices/${id}`, { hall: 'lixia' });
    expect(found.body.notices[2]).toMatchObject({ reason: 'too-old', shown: { reason: '得知时已过期' } });
  });

  it('sends each fact once, though two instances apply statuses of the same new requests at the same moment', async () => {
    const requests = Array.from({ length: 30 }, () => aRequest(['water', 'gas']));
    const first = requests.map((request) => request.status());
    const second = requests.map((request) => request.accept('water').status());
    const apply = (events: RequestStatusChanged[]): Promise<void> =>
      app
        .get(Transaction)
        .run((work) => app.get(ApplyStatuses).handle(events, work))
        .catch((error: unknown) => {
          if (error instanceof ConcurrentInsert) return apply(events);
          throw error;
        });
    await Promise.all([apply(first), apply(second.toReversed()), apply(second), apply(first.toReversed())]);
    for (const { requestId } of requests)
      expect((await notices(requestId)).map(({ key }) => key)).toEqual(['registered', 'accepted:water']);
  });

  it('sends the same, whatever the order in which statuses arrive', async () => {
    const correction = aCorrection();
    const reminder = { id: `reminder:water:${correction.deadline}`, kind: 'reminder' as const };
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const request = aRequest();
      const phone = aPhone();
      const statuses = [
        request.status(),
        request.ask('water', correction).status(),
        request.change(aWaitingJob('water', correction), reminder).status(),
      ];
      const arriving = order.map((index) => statuses[index]!);
      await hand(...arriving, ...arriving, aContact(request.requestId, phone, { language: 'en' }));
      await eventually(() => expect(gateway.textsTo(phone)).toHaveLength(3));
      expect((await notices(request.requestId)).map(({ key }) => key)).toEqual([
        'registered',
        `correction:${correction.id}`,
        reminder.id,
      ]);
      expect(gateway.textsTo(phone).join()).toContain('Property certificate');
    }
  });

  describe('acceptances of several parts', () => {
    /** A request of three parts whose applicant knows that it is registered. */
    const aToldRequestOfThree = () => aToldRequest(['water', 'gas', 'heat']);

    it('share one text with the last of them', async () => {
      const { request, id, phone } = await aToldRequestOfThree();
      await hand(request.accept('gas'));
      await hand(request.accept('water'));
      expect((await notices(id)).map(({ state }) => state)).toEqual(['sent', 'pending', 'pending']);
      await hand(request.accept('heat'));
      await settled(
        id,
        ['registered', 'sent'],
        ['accepted:gas', 'sent'],
        ['accepted:water', 'sent'],
        ['accepted:heat', 'sent'],
      );
      expect(gateway.textsTo(phone)).toEqual([
        expect.stringContaining('已登记'),
        expect.stringMatching(/已受理：燃气（济南燃气.*供水（济南供水.*供热（济南供热/),
      ]);
    });

    it('share a text with the registration if that could not leave before', async () => {
      const request = aRequest(['water', 'gas']);
      const phone = aPhone();
      const { requestId: id } = request;
      await hand(request, request.accept('water').status(), request.accept('gas').status());
      await hand(aContact(id, phone));
      await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['accepted:gas', 'sent']);
      expect(gateway.textsTo(phone)).toEqual([expect.stringMatching(/已登记.*已受理：供水.*燃气/)]);
    });

    it('wait for others only so long', async () => {
      const config = app.get(NotificationConfig);
      const { smsBatchWindowMs } = config;
      config.smsBatchWindowMs = 1;
      const { request, id, phone } = await aToldRequestOfThree();
      await hand(request.accept('water'));
      await settled(id, ['registered', 'sent'], ['accepted:water', 'sent']);
      config.smsBatchWindowMs = smsBatchWindowMs;
      expect(gateway.textsTo(phone)).toHaveLength(2);
    });

    it('leave before what is more urgent', async () => {
      const { request, id, phone } = await aToldRequestOfThree();
      const correction = aCorrection();
      await hand(request.accept('water').status(), request.ask('gas', correction).status());
      await settled(
        id,
        ['registered', 'sent'],
        ['accepted:water', 'sent'],
        [`correction:${correction.id}`, 'sent'],
      );
      expect(gateway.textsTo(phone).map((text) => /受理，|补正/.exec(text)?.[0])).toEqual([
        undefined,
        '受理，',
        '补正',
      ]);
    });

    it('are tried again as they were tried first, and what comes meanwhile has a text of its own', async () => {
      const { request, id, phone } = await aToldRequestOfThree();
      gateway.failWith = { status: 503 };
      const config = app.get(NotificationConfig);
      const { smsBatchWindowMs } = config;
      Object.assign(config, { smsBatchWindowMs: 1 });
      mayTry(1_000);
      await hand(request.accept('water'));
      await eventually(async () => expect((await notices(id))[1]!.attempts).toBeGreaterThan(0));
      await hand(request.accept('gas').status(), request.accept('heat').status());
      gateway.failWith = undefined;
      await settled(
        id,
        ['registered', 'sent'],
        ['accepted:water', 'sent'],
        ['accepted:gas', 'sent'],
        ['accepted:heat', 'sent'],
      );
      Object.assign(config, { smsBatchWindowMs });
      expect(gateway.textsTo(phone)).toEqual([
        expect.stringContaining('已登记'),
        expect.stringContaining('供水已由济南供水受理'),
        expect.stringMatching(/燃气（.*供热（/),
      ]);
    });

    it('fail together, and an operator has them sent together under the same id', async () => {
      const { request, id, phone } = await aToldRequestOfThree();
      gateway.failWith = { status: 422 };
      await hand(request.accept('water').accept('gas').accept('heat'));
      const all = (state: string): [string, string][] => [
        ['registered', 'sent'],
        ...['water', 'gas', 'heat'].map((utility): [string, string] => [`accepted:${utility}`, state]),
      ];
      await settled(id, ...all('failed'));
      gateway.failWith = undefined;
      const [, water, gas] = await notices(id);
      const retried = await call('operator', 'POST', `/v1/ops/notification/notices/${gas!.id}/retry`);
      expect(retried.status).toBe(204);
      await settled(id, ...all('sent'));
      expect(gateway.textsTo(phone)).toHaveLength(2);
      expect(gateway.posted.filter((posted) => posted === water!.id)).toHaveLength(2);
    });
  });

  it('stores what the gateway could not accept, also over a restart, and sends it once', async () => {
    await gateway.stop();
    mayTry(1_000);
    const request = aRequest();
    const { requestId: id } = request;
    const phone = aPhone();
    await hand(request, aContact(id, phone));
    await eventually(async () =>
      expect(await notices(id)).toMatchObject([{ reason: 'gateway-unreachable' }]),
    );
    await app.close();
    await gateway.start();
    await start();
    await settled(id, ['registered', 'sent']);
    expect(gateway.textsTo(phone)).toHaveLength(1);
  });

  it('posts the same id again when an answer was lost', async () => {
    gateway.loseAnswers = 2;
    const { phone } = await aToldRequest();
    expect(gateway.textsTo(phone)).toHaveLength(1);
    const [id] = [...gateway.sent.values()].filter(({ to }) => to === phone).map((message) => message.id);
    expect(gateway.posted.filter((posted) => posted === id)).toHaveLength(3);
  });

  it('takes over what a dead sender had in hand, under the same id', async () => {
    const { id } = await aToldRequest();
    const [sent] = await notices(id);
    await rows(`update text_message set state = 'sending', next_attempt_at = now() where id = $1`, [
      sent!.id,
    ]);
    await settled(id, ['registered', 'sent']);
    expect(gateway.posted.filter((posted) => posted === sent!.id)).toHaveLength(2);
  });

  it('fails for good what the gateway refuses, with its reason', async () => {
    gateway.failWith = { status: 422, body: { reason: 'no-such-number' } };
    const request = aRequest();
    await hand(request, aContact(request.requestId, aPhone()));
    await settled(request.requestId, ['registered', 'failed']);
    expect(await notices(request.requestId)).toMatchObject([{ attempts: 1, reason: 'no-such-number' }]);
  });

  it('stores no free text of a refusal', async () => {
    gateway.failWith = { status: 422, body: { reason: 'the number 13800138000 is blocked' } };
    const request = aRequest();
    await hand(request, aContact(request.requestId, aPhone()));
    await settled(request.requestId, ['registered', 'failed']);
    expect(await notices(request.requestId)).toMatchObject([{ reason: 'refused-by-gateway' }]);
  });

  describe('a notice that failed after its last try', () => {
    async function aFailedNotice() {
      gateway.failWith = { status: 503 };
      const request = aRequest();
      const phone = aPhone();
      await hand(request, aContact(request.requestId, phone));
      await settled(request.requestId, ['registered', 'failed']);
      gateway.failWith = undefined;
      const [record] = await notices(request.requestId);
      return { request, requestId: request.requestId, phone, record: record! };
    }

    it('names the reason, and an operator has it sent', async () => {
      const { requestId, phone, record } = await aFailedNotice();
      expect(record).toMatchObject({ attempts: 4, reason: 'gateway-503' });
      const path = `/v1/ops/notification/notices`;
      const listed = await call('operator', 'GET', `${path}?state=failed&request=${requestId}`);
      expect(listed.body.notices).toMatchObject([
        { id: record.id, key: 'registered', phone: `138****${phone.slice(-4)}`, isRetriable: true },
      ]);
      expect((await call('operator', 'GET', `${path}?state=failed`)).body.notices).toContainEqual(
        (listed.body.notices as object[])[0],
      );
      expect((await call('operator', 'POST', `${path}/${record.id}/retry`)).status).toBe(204);
      await settled(requestId, ['registered', 'sent']);
      const again = await call('operator', 'POST', `${path}/${record.id}/retry`);
      expect([again.status, again.body.code]).toEqual([409, 'notice-not-retriable']);
      expect(gateway.textsTo(phone)).toHaveLength(1);
    });

    it('is not sent again once it was superseded', async () => {
      const { request, requestId, record } = await aFailedNotice();
      await hand(request.end('water', 'refused', 'not-covered'));
      await settled(requestId, ['registered', 'failed'], ['refused:water', 'sent']);
      const path = '/v1/ops/notification/notices';
      const { body } = await call('operator', 'GET', `${path}?state=failed`);
      expect(body.notices).toContainEqual(expect.objectContaining({ id: record.id, isRetriable: false }));
      const retry = await call('operator', 'POST', `${path}/${record.id}/retry`);
      expect([retry.status, retry.body.code]).toEqual([409, 'notice-not-retriable']);
    });
  });

  it('drops a correction that was answered before it could be sent', async () => {
    const { request, id, phone } = await aToldRequest();
    const correction = aCorrection();
    await app
      .get(DataSource)
      .query('update contact set request_id = gen_random_uuid() where request_id = $1', [id]);
    await hand(request.ask('water', correction));
    await settled(id, ['registered', 'sent'], [`correction:${correction.id}`, 'pending']);
    await hand(request.accept('water', { state: 'in-progress' }));
    await settled(
      id,
      ['registered', 'sent'],
      [`correction:${correction.id}`, 'superseded'],
      ['accepted:water', 'pending'],
    );
    await hand(aContact(id, phone));
    await settled(
      id,
      ['registered', 'sent'],
      [`correction:${correction.id}`, 'superseded'],
      ['accepted:water', 'sent'],
    );
    expect(gateway.textsTo(phone)).toHaveLength(2);
  });

  it('waits a day for a contact, and then gives up', async () => {
    const request = aRequest();
    await hand(request);
    const sender = app.get(SendNotices);
    const clock = app.get(Clock);
    const now = clock.now();
    clock.now = () => new Date(now.getTime() + DAY_MS - 60_000);
    await sender.failWithoutContact();
    await settled(request.requestId, ['registered', 'pending']);
    clock.now = () => new Date(now.getTime() + DAY_MS + 60_000);
    await sender.failWithoutContact();
    clock.now = () => new Date();
    expect(await notices(request.requestId)).toMatchObject([{ state: 'failed', reason: 'no-contact' }]);
  });

  it('writes to the newest phone, whichever came last', async () => {
    const request = aRequest();
    const { requestId: id } = request;
    const [old, fresh] = [aPhone(), aPhone()];
    await hand(aContact(id, fresh, { version: 2 }), aContact(id, old), request);
    await settled(id, ['registered', 'sent']);
    expect([gateway.textsTo(old), gateway.textsTo(fresh)]).toEqual([[], [expect.stringContaining(RECEIPT)]]);
  });

  describe('a lost query code', () => {
    const askedCode = (askedAt = now()) => ({ secret: 1, issue: 2, askedAt: askedAt.toISOString() });

    it('is sent once to the phone on record, and is in no row', async () => {
      const { id, phone } = await aToldRequest();
      const asked = aContact(id, phone, { version: 2, askedCode: askedCode() });
      await hand(asked, asked);
      await settled(id, ['registered', 'sent'], ['query-code:2', 'sent']);
      await hand(asked);
      const code = deriveQueryCode([SECRET], id, { secret: 1, issue: 2 });
      expect(gateway.textsTo(phone).slice(1)).toEqual([
        `【联办】您的申请${RECEIPT}，查询码为${code}，请勿告知他人。如非您本人查询，请忽略本短信。`,
      ]);
      for (const table of ['notice', 'text_message', 'contact'])
        expect(await rows(`select from ${table} r where r::text like $1`, [`%${code}%`])).toEqual([]);
    });

    it('that was asked for long ago is not sent any more', async () => {
      const { id, phone } = await aToldRequest();
      const longAgo = new Date(now().getTime() - 2 * 3_600_000);
      await hand(aContact(id, phone, { version: 2, askedCode: askedCode(longAgo) }));
      await settled(id, ['registered', 'sent']);
    });
  });

  describe('an applicant with a landline', () => {
    const LANDLINE = '0531-88888888';
    const clerk = (hall: string) => ({ hall, sub: `clerk-of-${hall}` });
    const listOf = async (hall: string) => {
      const { status, body } = await call('clerk', 'GET', '/v1/notices/calls', clerk(hall));
      expect(status).toBe(200);
      return body.calls as Record<string, unknown>[];
    };
    const record = async (hall: string, id: unknown, outcome: string) =>
      (await call('clerk', 'POST', `/v1/notices/calls/${String(id)}`, clerk(hall), { outcome })).status;

    async function aCall(hall: string, phone = LANDLINE) {
      const request = aRequest(['water'], { hall });
      await hand(request, aContact(request.requestId, phone));
      await settled(request.requestId, ['registered', 'to-call']);
      return request;
    }

    it('gets no texts; the hall has a list of calls, oldest first', async () => {
      const first = await aCall('calling');
      const second = await aCall('calling', '013800138000');
      expect(gateway.textsTo(LANDLINE)).toEqual([]);
      expect(await listOf('calling')).toEqual([
        {
          id: expect.any(String),
          requestId: first.requestId,
          receiptNumber: RECEIPT,
          phone: LANDLINE,
          text: expect.stringContaining(`您的申请已登记，编号${RECEIPT}`),
          since: expect.any(String),
          calls: [],
        },
        expect.objectContaining({ requestId: second.requestId, phone: '013800138000' }),
      ]);
      expect(await listOf('another')).toEqual([]);
    });

    it('stays in the list until somebody reached him, and the record shows who did and when', async () => {
      const { requestId: id } = await aCall('reaching');
      const [entry] = await listOf('reaching');
      expect(await record('another', entry!.id, 'reached')).toBe(404);
      expect(await record('reaching', entry!.id, 'no-answer')).toBe(204);
      expect(await listOf('reaching')).toMatchObject([
        { calls: [{ by: 'clerk-of-reaching', outcome: 'no-answer' }] },
      ]);
      expect(await record('reaching', String(entry!.id).toUpperCase(), 'reached')).toBe(204);
      expect(await listOf('reaching')).toEqual([]);
      const { body } = await call('clerk', 'GET', `/v1/notices/${id}`, clerk('reaching'));
      expect(body.notices).toMatchObject([
        {
          key: 'registered',
          state: 'called',
          settledAt: expect.any(String),
          calls: [
            { by: 'clerk-of-reaching', outcome: 'no-answer', at: expect.any(String) },
            { by: 'clerk-of-reaching', outcome: 'reached' },
          ],
        },
      ]);
    });

    it('with a wrong number leaves the list as failed', async () => {
      const { requestId: id } = await aCall('mistaken');
      const [entry] = await listOf('mistaken');
      expect(await record('mistaken', entry!.id, 'wrong-number')).toBe(204);
      expect(await listOf('mistaken')).toEqual([]);
      expect(await notices(id)).toMatchObject([{ state: 'failed', reason: 'wrong-number' }]);
    });

    it('is told all of his request in one call, and nothing of it counts for another request', async () => {
      const request = await aCall('together');
      const other = await aCall('together');
      await hand(request.hold('water'));
      await settled(
        request.requestId,
        ['registered', 'to-call'],
        [expect.stringMatching(/^action/) as never, 'to-call'],
      );
      const texts = await listOf('together');
      const [first, ...others] = texts.toSorted((one) => (one.requestId === request.requestId ? -1 : 1));
      const together = others.map(({ id }) => id);
      const { status } = await call(
        'clerk',
        'POST',
        `/v1/notices/calls/${String(first!.id)}`,
        clerk('together'),
        { outcome: 'reached', together },
      );
      expect(status).toBe(204);
      expect(await listOf('together')).toMatchObject([{ requestId: other.requestId, calls: [] }]);
      expect(await notices(request.requestId)).toMatchObject([{ state: 'called' }, { state: 'called' }]);
    });

    it('is not called about superseded notices, and earlier calls stay recorded', async () => {
      const request = await aCall('superseding');
      const { requestId: id } = request;
      const [registered] = await listOf('superseding');
      await record('superseding', registered!.id, 'reached');
      await hand(request.hold('water'));
      await settled(id, ['registered', 'called'], [expect.stringMatching(/^action/) as never, 'to-call']);
      const [entry] = await listOf('superseding');
      await hand(request.resume('water'));
      expect(await listOf('superseding')).toEqual([]);
      expect(await record('superseding', entry!.id, 'reached')).toBe(204);
      expect((await notices(id)).at(-1)).toMatchObject({ state: 'superseded' });
      expect(await rows('select outcome from call where request_id = $1 order by id', [id])).toEqual([
        { outcome: 'reached' },
        { outcome: 'reached' },
      ]);
    });

    it('is called once for one text', async () => {
      const request = aRequest(['water', 'gas'], { hall: 'batching' });
      const { requestId: id } = request;
      await hand(request, request.accept('water').status());
      await hand(aContact(id, LANDLINE));
      await settled(id, ['registered', 'to-call'], ['accepted:water', 'to-call']);
      const calls = await listOf('batching');
      expect(calls).toMatchObject([{ text: expect.stringMatching(/已登记.*已受理：供水/) }]);
      await record('batching', calls[0]!.id, 'reached');
      await settled(id, ['registered', 'called'], ['accepted:water', 'called']);
    });

    it('is in a list that is read page by page', async () => {
      await aCall('paging');
      await rows(`with more as (
          insert into text_message (id, request_id, state, hall, batchable, created_at, next_attempt_at)
          select md5(n::text)::uuid, request_id, state, hall, false, created_at, next_attempt_at
          from text_message, generate_series(1, 50) n where hall = 'paging' returning id, request_id)
        insert into notice (request_id, text_id, key, kind, content, created_at, too_old)
        select request_id, m.id, m.id::text, kind, content, created_at, false from notice join more m using (request_id)`);
      const first = (await call('clerk', 'GET', '/v1/notices/calls', clerk('paging'))).body;
      expect(first.calls).toHaveLength(50);
      const rest = (await call('clerk', 'GET', `/v1/notices/calls?after=${first.next}`, clerk('paging')))
        .body;
      expect([rest.calls.length, rest.next]).toEqual([1, undefined]);
    });

    it('has a list for clerks only, who record a call with one of the outcomes', async () => {
      expect((await call('operator', 'GET', '/v1/notices/calls')).status).toBe(403);
      const [status, after] = await Promise.all([
        record('calling', '0198c000-0000-4000-8000-000000000009', 'dead'),
        call('clerk', 'GET', '/v1/notices/calls?after=x', clerk('calling')),
      ]);
      expect([status, after.status]).toEqual([422, 422]);
    });
  });

  describe('at night', () => {
    const at = (time: string) => {
      app.get(Clock).now = () => new Date(`2026-05-11T${time}+08:00`);
    };
    beforeAll(() => (app.get(NotificationConfig).smsHours = '8-21'));
    afterAll(() => {
      app.get(NotificationConfig).smsHours = '0-24';
      app.get(Clock).now = () => new Date();
    });
    const aRequestAt = async (time: string) => {
      at(time);
      const request = aRequest(['water', 'gas'], { hall: 'night' });
      const phone = aPhone();
      await hand(request, aContact(request.requestId, phone));
      return { request, id: request.requestId, phone };
    };

    it('nothing is sent, and the record shows when it will be', async () => {
      const night = await aRequestAt('00:00:00');
      const { body } = await call('clerk', 'GET', `/v1/notices/${night.id}`, { hall: 'night' });
      expect(body.notices).toMatchObject([
        { state: 'pending', attempts: 0, nextAttemptAt: '2026-05-11T00:00:00.000Z' },
      ]);
      at('07:59:59');
      const day = await aToldAt('20:59:59');
      expect(gateway.textsTo(day.phone)).toHaveLength(1);
      await settled(night.id, ['registered', 'sent']);
    });

    const aToldAt = async (time: string) => {
      const told = await aRequestAt(time);
      await settled(told.id, ['registered', 'sent']);
      return told;
    };

    it('acceptances that waited for each other wait on, and leave together in the morning', async () => {
      const { request, id, phone } = await aToldAt('20:59:30');
      await hand(request.accept('water'));
      at('21:00:30');
      await hand(request.accept('gas'));
      const other = await aRequestAt('21:00:31');
      expect((await notices(id)).map(({ state }) => state)).toEqual(['sent', 'pending', 'pending']);
      expect(await notices(other.id)).toMatchObject([{ state: 'pending' }]);
      app.get(Clock).now = () => new Date('2026-05-12T08:00:00+08:00');
      await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['accepted:gas', 'sent']);
      expect(gateway.textsTo(phone)).toHaveLength(2);
    });

    it('a lost query code waits too, and no status supersedes it', async () => {
      const { request, id, phone } = await aToldAt('20:59:00');
      at('23:00:00');
      const askedCode = { secret: 1, issue: 1, askedAt: now().toISOString() };
      await hand(
        aContact(id, phone, { version: 2, askedCode }),
        request.hold('water'),
        request.resume('water'),
      );
      app.get(Clock).now = () => new Date('2026-05-12T08:00:00+08:00');
      await eventually(() => expect(gateway.textsTo(phone)[1]).toContain('查询码为'));
    });

    it('what is superseded before the morning is never sent', async () => {
      const { request, phone } = await aToldAt('20:59:00');
      at('23:00:00');
      await hand(request.hold('water'));
      await hand(request.resume('water'));
      app.get(Clock).now = () => new Date('2026-05-12T09:00:00+08:00');
      await aToldAt('10:00:00');
      expect(gateway.textsTo(phone)).toHaveLength(1);
    });
  });

  describe('a provider that toggles', () => {
    /** Puts a part on hold for the applicant and takes it back, so many times. */
    async function toggle(request: RequestStory, times: number): Promise<void> {
      for (let i = 0; i < times; i++) {
        const since = new Date(Date.UTC(2026, 4, 12, 0, 0, i)).toISOString();
        await hand(request.hold('water', since).status(), request.resume('water').status());
      }
    }

    it('makes few notices a day; the rest is one line for an operator, and the end is sent', async () => {
      const { request, id, phone } = await aToldRequest();
      const calm = await aToldRequest();
      await toggle(request, 10);
      await hand(calm.request.accept('water'));
      await settled(calm.id, ['registered', 'sent'], ['accepted:water', 'sent']);
      const actions = (await notices(id)).filter(({ key }) => key.startsWith('action'));
      expect(actions).toHaveLength(2);
      const { body } = await call('operator', 'GET', '/v1/ops/notification/withheld');
      expect(body.requests.filter(({ requestId }: { requestId: string }) => requestId === id)).toEqual([
        {
          requestId: id,
          day: expect.any(String),
          count: 8,
          lastKey: expect.stringMatching(/^action:water/),
          lastAt: expect.any(String),
        },
      ]);
      expect(lines.filter((line) => line.includes('more to tell') && line.includes(id))).toHaveLength(1);
      await hand(request.ask('water').status(), request.end('water', 'refused', 'not-found').status());
      await eventually(async () => expect(gateway.textsTo(phone).at(-1)).toContain('不予办理'));
      expect((await notices(id)).filter(({ key }) => key.startsWith('correction'))).toHaveLength(1);
    });

    it('is forgotten after ninety days', async () => {
      const { request, id } = await aToldRequest();
      await rows(`insert into withheld (request_id, day, keys, last_at)
        select gen_random_uuid(), current_date - 100, '{action}', now() - interval '100 days'`);
      await toggle(request, 4);
      expect(await rows('select 1 from withheld where day < current_date - 95')).toEqual([]);
      expect(await rows('select 1 from withheld where request_id = $1', [id])).toHaveLength(1);
    });

    it('of the same correction sends it once and counts it once', async () => {
      const { request, id } = await aToldRequest();
      const correction = aCorrection();
      const asked = request.ask('water', correction);
      for (let i = 0; i < 12; i++)
        await hand(
          asked.change(i % 2 ? aJob('water', { state: 'in-progress' }) : aWaitingJob('water', correction)),
        );
      expect((await notices(id)).filter(({ key }) => key.startsWith('correction'))).toHaveLength(1);
      expect(await rows('select 1 from withheld where request_id = $1', [id])).toEqual([]);
    });

    it('is not shown to clerks', async () =>
      expect((await call('clerk', 'GET', '/v1/ops/notification/withheld', { hall: 'lixia' })).status).toBe(
        403,
      ));
  });

  describe('the endpoints', () => {
    it('show a clerk the record of her hall, and no other', async () => {
      const { id, phone } = await aToldRequest();
      const found = await call('clerk', 'GET', `/v1/notices/${id}`, { hall: 'lixia' });
      expect([found.status, found.body.notices]).toMatchObject([
        200,
        [
          {
            requestId: id,
            key: 'registered',
            state: 'sent',
            attempts: 1,
            reason: null,
            shown: { subject: '已登记', state: '已发送' },
          },
        ],
      ]);
      expect(JSON.stringify(found.body)).not.toContain(phone);
      const foreign = await call('clerk', 'GET', `/v1/notices/${id}`, { hall: 'zhangdian' });
      expect([foreign.status, foreign.body.code]).toEqual([404, 'not-found']);
    });

    it('are closed to other roles', async () => {
      const { id } = await aToldRequest();
      const answers = await Promise.all([
        call('clerk', 'GET', '/v1/ops/notification/notices', { hall: 'lixia' }),
        call('clerk', 'POST', `/v1/ops/notification/notices/${id}/retry`, { hall: 'lixia' }),
        call('operator', 'GET', `/v1/notices/${id}`),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    });

    it('refuse a state that is none, and a notice that nobody knows', async () => {
      const wrong = await call('operator', 'GET', '/v1/ops/notification/notices?state=lost');
      expect([wrong.status, wrong.body.errors]).toMatchObject([422, [{ pointer: '/state' }]]);
      const path = '/v1/ops/notification/notices/0198c000-0000-4000-8000-000000000009/retry';
      expect((await call('operator', 'POST', path)).status).toBe(404);
    });
  });

  it('writes neither phone nor text to a log, nor a text to a row', async () => {
    const { phone } = await aToldRequest();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(
      new RegExp(`${phone}|1380013\\d{4}|\\[phone\\]|【联办】|\\[Lianban\\]`),
    );
    const stored = await rows(
      'select to_jsonb(n)::text || to_jsonb(t)::text from notice n join text_message t on t.id = n.text_id',
    );
    expect(JSON.stringify(stored)).not.toMatch(/1380013\d{4}|【联办】|\[Lianban\]/);
  });
});
