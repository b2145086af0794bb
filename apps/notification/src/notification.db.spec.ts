import type { INestApplication } from '@nestjs/common';
import {
  ContactChanged,
  JobProgressed,
  RequestChanged,
  type RequestEvent,
  type Utility,
} from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  eventually,
  Intake,
  make,
  Routing,
  TestIssuer,
  type TestDatabase,
  Water,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { Gateway } from './gateway.mother.js';
import type { DeliveryRecord } from './notices/notices.forms.js';
import { SendNotices } from './notices/send-notices.js';
import { NotificationConfig } from './notification.config.js';
import { NotificationModule } from './notification.module.js';
import { aCorrection, aDecisionOn, aProgress, aRequestOf, RECEIPT } from './requests/known-request.mother.js';

type Service = Awaited<ReturnType<typeof createService>>;
const DAY = 86_400_000;

describe('notification', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Service;
  let address: string;
  let intake: INestApplication;
  let routing: INestApplication;
  let water: INestApplication;
  let number = 0;
  const gateway = new Gateway();
  const lines: string[] = [];

  const envOf = (service: string) => ({
    ...issuer.env,
    PORT: '0',
    DATABASE_URL: database.urlOf(service),
    SMS_GATEWAY_URL: gateway.url,
    SMS_BUDGET: '4',
    SMS_FIRST_WAIT: '20',
    SMS_TIMEOUT: '2000',
    SMS_INTERVAL: '20',
    SMS_HOURS: '0-24',
    SMS_PER_DAY: '4',
  });
  const create = () =>
    createService(NotificationModule, {
      env: envOf('notification'),
      transport: eventTransport,
      logger: Log.to({ write: (line: string) => lines.push(line) }),
    });
  const start = async () => {
    app = await create();
    address = await startListening(app);
  };

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    await gateway.start();
    app = await create();
    [intake, routing] = await Promise.all([
      make({ module: Intake, env: envOf('intake') }),
      make({ module: Routing, env: envOf('routing') }),
    ]);
    water = await createService(Water, { env: envOf('adapter-water'), logger: Log.to({ write: () => {} }) });
    await Promise.all([intake, routing, water].map((each) => each.init()));
    address = await startListening(app);
  });

  afterEach(() => {
    gateway.loseAnswers = 0;
    gateway.failWith = undefined;
  });

  afterAll(async () => {
    await app.close();
    await Promise.all([intake, routing, water].map((each) => each.close()));
    await gateway.stop();
    await issuer.stop();
    await database.drop();
  });

  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);
  const speaker = (event: RequestEvent): INestApplication => {
    if (event instanceof RequestChanged || event instanceof ContactChanged) return intake;
    return event instanceof JobProgressed ? water : routing;
  };

  /** Says the events one by one, each in a transaction of its own, and waits until all were heard. */
  async function say(...events: RequestEvent[]): Promise<void> {
    const before = await countHeard();
    for (const event of events)
      await speaker(event)
        .get(Transaction)
        .run(async ({ publish }) => publish(event));
    await eventually(async () => expect(await countHeard()).toBe(before + events.length));
  }

  const countHeard = async () => Number((await rows<{ n: string }>('select count(*) as n from inbox'))[0]!.n);

  const aPhone = () => `1380013${String(++number).padStart(4, '0')}`;
  const aContact = (requestId: string, phone: string, changes: Partial<ContactChanged> = {}) =>
    Object.assign(new ContactChanged(), { requestId, version: 1, phone, language: 'zh-CN', ...changes });

  const notices = (requestId: string) =>
    rows<DeliveryRecord>(
      'select key, state, attempts, reason from notice where request_id = $1 order by seq',
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
  async function aToldRequest() {
    const request = aRequestOf(['water']);
    const phone = aPhone();
    await say(request, aContact(request.requestId, phone));
    await settled(request.requestId, ['registered', 'sent']);
    return { id: request.requestId, phone };
  }

  it('tells each news once, though every message comes twice', async () => {
    const request = aRequestOf(['water']);
    const { requestId: id } = request;
    const phone = aPhone();
    const start = [request, aContact(id, phone)];
    const steps = [
      aProgress(id, 'water', { version: 2, state: 'accepted', accepted: true }),
      aDecisionOn(id, { water: { state: 'accepted' } }),
      aProgress(id, 'water', { version: 3, state: 'completed', accepted: true }),
      aDecisionOn(id, { water: { state: 'completed' } }, { version: 2, endedAt: '2026-05-20T02:00:00.000Z' }),
    ];
    await say(...start, ...start);
    await settled(id, ['registered', 'sent']);
    for (const event of steps) {
      await say(event, event);
      await eventually(async () =>
        expect((await notices(id)).filter(({ state }) => state !== 'sent')).toEqual([]),
      );
    }
    await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['ended', 'sent']);
    expect(gateway.textsTo(phone)).toEqual([
      expect.stringContaining('已登记'),
      expect.stringContaining('供水已由济南供水受理'),
      expect.stringContaining('已全部办结'),
    ]);
    await say(...steps.toReversed(), ...start.toReversed(), ...start, ...steps);
    await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['ended', 'sent']);
    expect(gateway.textsTo(phone)).toHaveLength(3);
  });

  it('says the same of the same, in whatever order it is heard', async () => {
    const correction = aCorrection();
    const story = (id: string, phone: string) => [
      aContact(id, phone, { language: 'en' }),
      aProgress(id, 'water', { version: 1 }),
      aProgress(id, 'water', { version: 2, state: 'waiting', dueDate: correction.dueDate, correction }),
      aDecisionOn(id, { water: {} }),
      aDecisionOn(
        id,
        { water: { state: 'waiting', remindedFor: correction.dueDate, correction } },
        { version: 2 },
      ),
    ];
    const orders = [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 4, 1, 0, 3],
      [3, 0, 4, 2, 1],
    ];
    for (const order of orders) {
      const request = aRequestOf(['water']);
      const phone = aPhone();
      const events = story(request.requestId, phone);
      const shuffled: RequestEvent[] = order.map((index) => events[index]!);
      shuffled.splice(order[0]!, 0, request);
      await say(...shuffled, ...shuffled);
      await eventually(() => expect(gateway.textsTo(phone)).toHaveLength(3));
      expect(new Set((await notices(request.requestId)).map(({ key }) => key))).toEqual(
        new Set(['registered', `correction:${correction.id}`, `reminder:water:${correction.dueDate}`]),
      );
      expect(gateway.textsTo(phone).join()).toContain('Property certificate');
    }
  });

  describe('acceptances of several parts', () => {
    const accepted = (id: string, utility: Utility) =>
      aProgress(id, utility, { version: 2, state: 'accepted', accepted: true });

    /** A request of three parts whose applicant knows that it is registered. */
    async function aToldRequestOfThree() {
      const request = aRequestOf(['water', 'gas', 'heat']);
      const phone = aPhone();
      await say(request, aContact(request.requestId, phone));
      await settled(request.requestId, ['registered', 'sent']);
      return { id: request.requestId, phone };
    }

    it('are told in one text with the last of them', async () => {
      const { id, phone } = await aToldRequestOfThree();
      await say(accepted(id, 'gas'));
      await say(accepted(id, 'water'));
      expect((await notices(id)).map(({ state }) => state)).toEqual(['sent', 'pending', 'pending']);
      await say(accepted(id, 'heat'));
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

    it('are told with the word that it is registered, where that could not leave before', async () => {
      const request = aRequestOf(['water', 'gas']);
      const phone = aPhone();
      const { requestId: id } = request;
      await say(request, accepted(id, 'water'), accepted(id, 'gas'));
      await say(aContact(id, phone));
      await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['accepted:gas', 'sent']);
      expect(gateway.textsTo(phone)).toEqual([expect.stringMatching(/已登记.*已受理：供水.*燃气/)]);
    });

    it('wait for others only so long', async () => {
      const config = app.get(NotificationConfig);
      const { smsGather } = config;
      config.smsGather = 1;
      const { id, phone } = await aToldRequestOfThree();
      await say(accepted(id, 'water'));
      await settled(id, ['registered', 'sent'], ['accepted:water', 'sent']);
      config.smsGather = smsGather;
      expect(gateway.textsTo(phone)).toHaveLength(2);
    });

    it('leave before what is more urgent', async () => {
      const { id, phone } = await aToldRequestOfThree();
      const correction = aCorrection();
      await say(
        accepted(id, 'water'),
        aProgress(id, 'gas', { version: 2, state: 'waiting', dueDate: correction.dueDate, correction }),
      );
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
      const { id, phone } = await aToldRequestOfThree();
      gateway.failWith = { status: 503 };
      const config = app.get(NotificationConfig);
      const { smsGather, smsBudget } = config;
      Object.assign(config, { smsGather: 1, smsBudget: 1_000 });
      await say(accepted(id, 'water'));
      await eventually(async () => expect((await notices(id))[1]!.attempts).toBeGreaterThan(0));
      await say(accepted(id, 'gas'), accepted(id, 'heat'));
      gateway.failWith = undefined;
      await settled(
        id,
        ['registered', 'sent'],
        ['accepted:water', 'sent'],
        ['accepted:gas', 'sent'],
        ['accepted:heat', 'sent'],
      );
      Object.assign(config, { smsGather, smsBudget });
      expect(gateway.textsTo(phone)).toEqual([
        expect.stringContaining('已登记'),
        expect.stringContaining('供水已由济南供水受理'),
        expect.stringMatching(/燃气（.*供热（/),
      ]);
    });

    it('fail together, and an operator has them sent together under the same id', async () => {
      const { id, phone } = await aToldRequestOfThree();
      gateway.failWith = { status: 422 };
      await say(accepted(id, 'water'), accepted(id, 'gas'), accepted(id, 'heat'));
      const all = (state: string): [string, string][] => [
        ['registered', 'sent'],
        ...['water', 'gas', 'heat'].map((utility): [string, string] => [`accepted:${utility}`, state]),
      ];
      await settled(id, ...all('failed'));
      gateway.failWith = undefined;
      const [, , gas] = await rows<DeliveryRecord>(
        'select id from notice where request_id = $1 order by seq',
        [id],
      );
      const retried = await call('operator', 'POST', `/v1/ops/notification/notices/${gas!.id}/retry`);
      expect(retried.status).toBe(204);
      await settled(id, ...all('sent'));
      expect(gateway.textsTo(phone)).toHaveLength(2);
      const [water] = await rows<DeliveryRecord>(
        `select id from notice where request_id = $1 and key = 'accepted:water'`,
        [id],
      );
      expect(gateway.posted.filter((posted) => posted === water!.id)).toHaveLength(2);
    });
  });

  it('keeps what the gateway could not take, also over a restart, and sends it once', async () => {
    await gateway.stop();
    const request = aRequestOf(['water']);
    const { requestId: id } = request;
    const phone = aPhone();
    await say(request, aContact(id, phone));
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
    const [sent] = await rows<{ id: string }>('select id from notice where request_id = $1', [id]);
    await rows(`update notice set state = 'sending', next_attempt_at = now() where id = $1`, [sent!.id]);
    await settled(id, ['registered', 'sent']);
    expect(gateway.posted.filter((posted) => posted === sent!.id)).toHaveLength(2);
  });

  it('fails for good what the gateway refuses, with its reason', async () => {
    gateway.failWith = { status: 422, body: { reason: 'no-such-number' } };
    const request = aRequestOf(['water']);
    await say(request, aContact(request.requestId, aPhone()));
    await settled(request.requestId, ['registered', 'failed']);
    expect(await notices(request.requestId)).toMatchObject([{ attempts: 1, reason: 'no-such-number' }]);
  });

  it('keeps no free text of a refusal', async () => {
    gateway.failWith = { status: 422, body: { reason: 'the number 13800138000 is blocked' } };
    const request = aRequestOf(['water']);
    await say(request, aContact(request.requestId, aPhone()));
    await settled(request.requestId, ['registered', 'failed']);
    expect(await notices(request.requestId)).toMatchObject([{ reason: 'refused-by-gateway' }]);
  });

  describe('a notice that spent its budget', () => {
    async function aFailedNotice() {
      gateway.failWith = { status: 503 };
      const request = aRequestOf(['water']);
      const phone = aPhone();
      await say(request, aContact(request.requestId, phone));
      await settled(request.requestId, ['registered', 'failed']);
      gateway.failWith = undefined;
      const [record] = await rows<DeliveryRecord>('select * from notice where request_id = $1', [
        request.requestId,
      ]);
      return { requestId: request.requestId, phone, record: record! };
    }

    it('has failed with the reason, and an operator has it sent', async () => {
      const { requestId, phone, record } = await aFailedNotice();
      expect(record).toMatchObject({ attempts: 4, reason: 'gateway-503' });
      const path = `/v1/ops/notification/notices`;
      const listed = await call('operator', 'GET', `${path}?state=failed&request=${requestId}`);
      expect(listed.body.notices).toMatchObject([
        { id: record.id, key: 'registered', phone: `138****${phone.slice(-4)}` },
      ]);
      expect((await call('operator', 'POST', `${path}/${record.id}/retry`)).status).toBe(204);
      await settled(requestId, ['registered', 'sent']);
      const again = await call('operator', 'POST', `${path}/${record.id}/retry`);
      expect([again.status, again.body.code]).toEqual([409, 'notice-not-retriable']);
      expect(gateway.textsTo(phone)).toHaveLength(1);
    });

    it('is not sent again once it has been overtaken', async () => {
      const { requestId, record } = await aFailedNotice();
      await say(aProgress(requestId, 'water', { state: 'refused', reason: 'not-covered' }));
      await settled(requestId, ['registered', 'failed'], ['refused:water', 'sent']);
      const retry = await call('operator', 'POST', `/v1/ops/notification/notices/${record.id}/retry`);
      expect([retry.status, retry.body.code]).toEqual([409, 'notice-not-retriable']);
    });
  });

  it('drops a correction that was answered before it could be sent', async () => {
    const { id, phone } = await aToldRequest();
    const correction = aCorrection();
    await app
      .get(DataSource)
      .query('update contact set request_id = gen_random_uuid() where request_id = $1', [id]);
    await say(
      aProgress(id, 'water', { version: 2, state: 'waiting', dueDate: correction.dueDate, correction }),
    );
    await settled(id, ['registered', 'sent'], [`correction:${correction.id}`, 'pending']);
    await say(aProgress(id, 'water', { version: 3, state: 'in-progress', accepted: true }));
    await settled(
      id,
      ['registered', 'sent'],
      [`correction:${correction.id}`, 'overtaken'],
      ['accepted:water', 'pending'],
    );
    await say(aContact(id, phone));
    await settled(
      id,
      ['registered', 'sent'],
      [`correction:${correction.id}`, 'overtaken'],
      ['accepted:water', 'sent'],
    );
    expect(gateway.textsTo(phone)).toHaveLength(2);
  });

  it('waits a day for a contact, and then gives up', async () => {
    const request = aRequestOf(['water']);
    await say(request);
    const sender = app.get(SendNotices);
    const clock = app.get(Clock);
    const now = clock.now();
    clock.now = () => new Date(now.getTime() + DAY - 60_000);
    await sender.giveUpOrphans();
    await settled(request.requestId, ['registered', 'pending']);
    clock.now = () => new Date(now.getTime() + DAY + 60_000);
    await sender.giveUpOrphans();
    clock.now = () => new Date();
    expect(await notices(request.requestId)).toMatchObject([{ state: 'failed', reason: 'no-contact' }]);
  });

  it('writes to the newest phone, whichever came last', async () => {
    const request = aRequestOf(['water']);
    const { requestId: id } = request;
    const [old, fresh] = [aPhone(), aPhone()];
    await say(aContact(id, fresh, { version: 2 }), aContact(id, old), request);
    await settled(id, ['registered', 'sent']);
    expect([gateway.textsTo(old), gateway.textsTo(fresh)]).toEqual([[], [expect.stringContaining(RECEIPT)]]);
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
      const request = aRequestOf(['water'], { hall });
      await say(request, aContact(request.requestId, phone));
      await settled(request.requestId, ['registered', 'to-call']);
      return request.requestId;
    }

    it('is texted nothing; what would have been said stands in the list of the hall, the oldest first', async () => {
      const first = await aCall('calling');
      const second = await aCall('calling', '013800138000');
      expect(gateway.textsTo(LANDLINE)).toEqual([]);
      expect(await listOf('calling')).toEqual([
        {
          id: expect.any(String),
          requestId: first,
          receiptNumber: RECEIPT,
          phone: LANDLINE,
          text: expect.stringContaining(`您的申请已登记，编号${RECEIPT}`),
          since: expect.any(String),
          calls: [],
        },
        expect.objectContaining({ requestId: second, phone: '013800138000' }),
      ]);
      expect(await listOf('another')).toEqual([]);
    });

    it('stays in the list until somebody reached him, and the record says who did and when', async () => {
      const id = await aCall('reaching');
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
      const id = await aCall('mistaken');
      const [entry] = await listOf('mistaken');
      expect(await record('mistaken', entry!.id, 'wrong-number')).toBe(204);
      expect(await listOf('mistaken')).toEqual([]);
      expect(await notices(id)).toMatchObject([{ state: 'failed', reason: 'wrong-number' }]);
    });

    it('is not called about what has been overtaken, and who called him meanwhile is kept', async () => {
      const id = await aCall('overtaking');
      const [registered] = await listOf('overtaking');
      await record('overtaking', registered!.id, 'reached');
      await say(aProgress(id, 'water', { version: 2, state: 'held', holder: 'applicant' }));
      await settled(id, ['registered', 'called'], [expect.stringMatching(/^action/) as never, 'to-call']);
      const [entry] = await listOf('overtaking');
      await say(aProgress(id, 'water', { version: 3, state: 'in-progress' }));
      expect(await listOf('overtaking')).toEqual([]);
      expect(await record('overtaking', entry!.id, 'reached')).toBe(204);
      expect((await notices(id)).at(-1)).toMatchObject({ state: 'overtaken' });
      expect(await rows('select outcome from call where request_id = $1 order by id', [id])).toEqual([
        { outcome: 'reached' },
        { outcome: 'reached' },
      ]);
    });

    it('is called once about what one text would have said', async () => {
      const request = aRequestOf(['water', 'gas'], { hall: 'gathering' });
      const { requestId: id } = request;
      await say(
        request,
        aProgress(id, 'water', { version: 2, state: 'accepted', accepted: true }),
        aDecisionOn(id, { water: { state: 'accepted' }, gas: { state: 'placed' } }),
      );
      await say(aContact(id, LANDLINE));
      await settled(id, ['registered', 'to-call'], ['accepted:water', 'to-call']);
      const calls = await listOf('gathering');
      expect(calls).toMatchObject([{ text: expect.stringMatching(/已登记.*已受理：供水/) }]);
      await record('gathering', calls[0]!.id, 'reached');
      await settled(id, ['registered', 'called'], ['accepted:water', 'called']);
    });

    it('stands in a list that is read page by page', async () => {
      await aCall('paging');
      await rows(`insert into notice (id, request_id, key, news, state, hall, text_id, created_at, wanted_at, next_attempt_at)
        select i, request_id, 'n' || n, news, state, hall, i, created_at, wanted_at, next_attempt_at
        from notice, generate_series(1, 50) n, lateral (select md5(n::text)::uuid as i) x where hall = 'paging'`);
      const first = (await call('clerk', 'GET', '/v1/notices/calls', clerk('paging'))).body;
      expect(first.calls).toHaveLength(50);
      const rest = (await call('clerk', 'GET', `/v1/notices/calls?after=${first.next}`, clerk('paging')))
        .body;
      expect([rest.calls.length, rest.next]).toEqual([1, undefined]);
    });

    it('has a list for clerks alone, who say what came of a call in the words there are', async () => {
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
      const request = aRequestOf(['water', 'gas'], { hall: 'night' });
      const phone = aPhone();
      await say(request, aContact(request.requestId, phone));
      return { id: request.requestId, phone };
    };

    it('nothing is sent, and the record says when it will be', async () => {
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
      const request = await aRequestAt(time);
      await settled(request.id, ['registered', 'sent']);
      return request;
    };

    it('acceptances that waited for each other wait on, and leave together in the morning', async () => {
      const { id, phone } = await aToldAt('20:59:30');
      await say(aProgress(id, 'water', { version: 2, state: 'accepted', accepted: true }));
      at('21:00:30');
      await say(aProgress(id, 'gas', { version: 2, state: 'accepted', accepted: true }));
      const other = await aRequestAt('21:00:31');
      expect((await notices(id)).map(({ state }) => state)).toEqual(['sent', 'pending', 'pending']);
      expect(await notices(other.id)).toMatchObject([{ state: 'pending' }]);
      app.get(Clock).now = () => new Date('2026-05-12T08:00:00+08:00');
      await settled(id, ['registered', 'sent'], ['accepted:water', 'sent'], ['accepted:gas', 'sent']);
      expect(gateway.textsTo(phone)).toHaveLength(2);
    });

    it('what is overtaken before the morning is never sent', async () => {
      const { id, phone } = await aToldAt('20:59:00');
      at('23:00:00');
      await say(aProgress(id, 'water', { version: 2, state: 'held', holder: 'applicant' }));
      await say(aProgress(id, 'water', { version: 3, state: 'in-progress' }));
      app.get(Clock).now = () => new Date('2026-05-12T09:00:00+08:00');
      await aToldAt('10:00:00');
      expect(gateway.textsTo(phone)).toHaveLength(1);
    });
  });

  describe('a provider that toggles', () => {
    const toggles = (id: string, from: number, count: number) =>
      Array.from({ length: count }, (_, i) => {
        const version = from + i;
        const since = new Date(Date.UTC(2026, 4, 12, 0, 0, version)).toISOString();
        return version % 2
          ? aProgress(id, 'water', { version, state: 'in-progress', since })
          : aProgress(id, 'water', { version, state: 'held', holder: 'applicant', since });
      });

    it('makes few notices a day; the rest is one line for an operator, and the end is told', async () => {
      const { id, phone } = await aToldRequest();
      const calm = await aToldRequest();
      for (const event of toggles(id, 2, 20)) await say(event);
      await say(aProgress(calm.id, 'water', { version: 2, state: 'accepted', accepted: true }));
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
      await say(aProgress(id, 'water', { ...waitingFor(aCorrection()), version: 22 }));
      await say(aProgress(id, 'water', { version: 23, state: 'refused', reason: 'no-such-thing' }));
      await eventually(async () => expect(gateway.textsTo(phone).at(-1)).toContain('不予办理'));
      expect((await notices(id)).filter(({ key }) => key.startsWith('correction'))).toHaveLength(1);
    });

    const waitingFor = (correction: ReturnType<typeof aCorrection>) => ({
      state: 'waiting' as const,
      holder: 'applicant' as const,
      reason: 'material-missing',
      correction,
    });

    it('is forgotten after ninety days', async () => {
      const { id } = await aToldRequest();
      await rows(`insert into withheld (request_id, day, count, last_key, last_at)
        select gen_random_uuid(), current_date - 100, 1, 'action', now() - interval '100 days'`);
      for (const event of toggles(id, 2, 8)) await say(event);
      expect(await rows('select 1 from withheld where day < current_date - 95')).toEqual([]);
      expect(await rows('select 1 from withheld where request_id = $1', [id])).toHaveLength(1);
    });

    it('of the same correction tells it once and counts it once', async () => {
      const { id } = await aToldRequest();
      const correction = aCorrection();
      await say(
        ...Array.from({ length: 12 }, (_, i) =>
          i % 2
            ? aProgress(id, 'water', { version: 2 + i, state: 'in-progress' })
            : aProgress(id, 'water', { ...waitingFor(correction), version: 2 + i }),
        ),
      );
      expect((await notices(id)).filter(({ key }) => key.startsWith('correction'))).toHaveLength(1);
      expect(await rows('select 1 from withheld where request_id = $1', [id])).toEqual([]);
    });

    it('is not shown to clerks', async () =>
      expect((await call('clerk', 'GET', '/v1/ops/notification/withheld', { hall: 'lixia' })).status).toBe(
        403,
      ));
  });

  describe('the doors', () => {
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
            shown: { news: '已登记', state: '已发送' },
          },
        ],
      ]);
      expect(JSON.stringify(found.body)).not.toContain(phone);
      const foreign = await call('clerk', 'GET', `/v1/notices/${id}`, { hall: 'zhangdian' });
      expect([foreign.status, foreign.body.code]).toEqual([404, 'no-such-thing']);
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

  it('keeps neither phone nor text in a log, nor a text in a row', async () => {
    const { phone } = await aToldRequest();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toMatch(
      new RegExp(`${phone}|1380013\\d{4}|\\[phone\\]|【联办】|\\[Lianban\\]`),
    );
    const stored = await rows('select to_jsonb(n)::text from notice n');
    expect(JSON.stringify(stored)).not.toMatch(/1380013\d{4}|【联办】|\[Lianban\]/);
  });
});
