import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { hashOfCode, type Fact, type JobStatus, type Utility } from '@lianban/contracts';
import { eventTransport, OutboxAgeGuard, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  aPerson,
  aRegistration,
  eventually,
  createTestService,
  outboxEvents,
  Routing,
  TestIssuer,
} from '@lianban/testing';
import type { TestDatabase } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { aStatus, factsOf } from './job-states/status.mother.js';
import { IntakeModule } from './intake.module.js';
import { CloseCorrections } from './requests/close-corrections.js';
import type { Receipt } from './requests/receipt.js';

const NOW = new Date('2026-05-11T02:00:00Z');

interface Answered {
  status: number;
  headers: Headers;
  body: Receipt & Record<string, unknown> & { code?: string; version: number };
}

describe('intake', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let address: string;
  let app: Awaited<ReturnType<typeof createService>>;
  let routing: Awaited<ReturnType<typeof createTestService>>;
  let token: string;
  const lines: string[] = [];

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      QUERY_CODE_SECRET: `1:${'a'.repeat(32)},2:${'b'.repeat(32)}`,
    });
    const logger = Log.to({ write: (line: string) => lines.push(line) });
    app = await createService(IntakeModule, { env: env('intake'), transport: eventTransport, logger });
    routing = await createTestService({ module: Routing, env: env('routing') });
    await routing.init();
    address = await startListening(app);
    app.get(Clock).now = () => NOW;
    token = await issuer.token({ claims: { role: 'clerk', hall: 'lixia', sub: 'clerk-1' } });
  });

  afterAll(async () => {
    await app.close();
    await routing.close();
    await issuer.stop();
    await database.drop();
  });

  async function call(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more };
    const answer = await fetch(`${address}/v1/${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text && JSON.parse(text),
    } as Answered;
  }

  const register = (body: unknown = aRegistration('water', 'gas'), key: string = randomUUID()) =>
    call('POST', 'requests', body, { 'idempotency-key': key });
  const asOther = async (hall: string) => ({
    authorization: `Bearer ${await issuer.token({ claims: { role: 'clerk', hall } })}`,
  });
  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);

  async function publishedEvents(requestId: string) {
    const found = await rows<{ topic: string; body: string }>(
      `select topic, body from ${outboxEvents()} where key = $1`,
      [requestId],
    );
    return found.map(({ topic, body }): Record<string, unknown> => ({ topic, ...JSON.parse(body) }));
  }

  /** Of each request, everything that was ever asked for. */
  const facts = new Map<string, Fact[]>();

  /** Publishes it as routing does and waits until intake has stored it. */
  async function decide(requestId: string, version: number, jobs: Partial<JobStatus>[]): Promise<void> {
    const known = [...(facts.get(requestId) ?? []), ...factsOf(jobs)];
    facts.set(requestId, known);
    const event = aStatus(requestId, version, jobs, known);
    await routing.get(Transaction).run(async ({ publish }) => publish(event));
    await eventually(async () => {
      const [row] = await rows<{ version: number }>('select version from job_state where request_id = $1', [
        requestId,
      ]);
      expect(row?.version).toBeGreaterThanOrEqual(version);
    });
  }

  const waiting = (id: string, deadline: string, utility: Utility = 'water'): Partial<JobStatus> => ({
    utility,
    state: 'waiting',
    correction: { id, items: ['PROPERTY_CERT'], deadline: deadline },
  });

  describe('registering', () => {
    it('answers a receipt with the provider and the promised date of each part', async () => {
      const { status, headers, body } = await register(aRegistration('water', 'telecom'));
      expect(status).toBe(201);
      expect(body.receiptNumber).toMatch(/^LB370102-20260511-J-\d{5,}-[0-9A-Z]$/);
      expect(headers.get('location')).toBe(`/v1/requests/${body.receiptNumber}`);
      expect(body.queryCode).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
      expect(body.parts).toEqual([
        {
          utility: 'water',
          provider: { id: 'jinan-water', name: '济南供水' },
          promisedDate: '2026-05-27',
        },
        {
          utility: 'telecom',
          provider: { id: 'jinan-unicom', name: '济南联通' },
          promisedDate: '2026-05-14',
        },
      ]);
      expect(body.missing).toEqual([]);
    });

    it('publishes the dossier and the contact, each as the first version', async () => {
      const { body } = await register();
      const events = await publishedEvents(body.requestId);
      expect(events.map(({ topic, version }) => [topic, version])).toEqual([
        ['dossiers', 1],
        ['contacts', 1],
      ]);
      expect(events[1]).toMatchObject({ phone: aPerson().phone, language: 'zh-CN' });
      expect(events[0]).toMatchObject({
        applicant: aPerson(),
        receiptNumber: body.receiptNumber,
        queryCodeHash: hashOfCode(body.queryCode),
        hall: 'lixia',
        applicantMasked: '欧阳**',
      });
    });

    it('lets a name, a number and an address go to routing alone, and a phone to notification', async () => {
      const { body } = await register();
      const events = (await publishedEvents(body.requestId)).map(
        (event) => [event.topic, JSON.stringify(event)] as const,
      );
      const { name, documentNumber, phone } = aPerson();
      const topicsWith = (secret: string) =>
        events.filter(([, text]) => text.includes(secret)).map(([topic]) => topic);
      expect([name, documentNumber, '样例小区'].map(topicsWith)).toEqual([
        ['dossiers'],
        ['dossiers'],
        ['dossiers'],
      ]);
      expect(topicsWith(phone)).toEqual(['dossiers', 'contacts']);
      expect(topicsWith(body.queryCode)).toEqual([]);
    });

    it('stores the query code nowhere', async () => {
      const { body } = await register();
      const stored = await rows(
        `select to_jsonb(s)::text from service_request s where id = $1
         union all select to_jsonb(r)::text from idempotency_record r where request_id = $1`,
        [body.requestId],
      );
      expect(stored).toHaveLength(2);
      expect(JSON.stringify(stored)).not.toContain(body.queryCode);
    });

    it("answers the identical receipt to the same key and body, whatever the order of the body's keys", async () => {
      const key = randomUUID();
      const first = await register(aRegistration('water'), key);
      const reordered = Object.fromEntries(Object.entries(aRegistration('water')).reverse());
      const second = await register(reordered, key);
      expect([second.status, second.body]).toEqual([201, first.body]);
      expect(await publishedEvents(first.body.requestId)).toHaveLength(2);
    });

    it('makes one request of twenty that come at once with one key', async () => {
      const key = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => register(aRegistration('water'), key)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      const { receiptNumber, requestId } = answers[0]!.body;
      expect(
        await rows('select 1 from service_request where receipt_number = $1', [receiptNumber]),
      ).toHaveLength(1);
      expect(await publishedEvents(requestId)).toHaveLength(2);
    });

    it('refuses a key that came with another body, and knows it not in another hall', async () => {
      const key = randomUUID();
      await register(aRegistration('water'), key);
      const other = await register(aRegistration('gas'), key);
      expect([other.status, other.body.code]).toEqual([409, 'idempotency-key-reused']);
      const elsewhere = await call('POST', 'requests', aRegistration('gas'), {
        'idempotency-key': key,
        ...(await asOther('zhangdian')),
      });
      expect(elsewhere.status).toBe(201);
    });

    it.each([undefined, 'short', 'with space in the key'])('refuses the key %s', async (key) => {
      const { status, body } = await call(
        'POST',
        'requests',
        aRegistration('water'),
        key ? { 'idempotency-key': key } : {},
      );
      expect([status, body.code]).toEqual([400, 'no-idempotency-key']);
    });

    it('saves nothing of what nobody serves or what is wrong', async () => {
      const count = async () =>
        (await rows<{ n: string }>('select count(*) as n from service_request'))[0]!.n;
      const before = await count();
      const elsewhere = { ...aRegistration('water'), address: { district: '310101', text: '外省某路' } };
      const refused = await register(elsewhere);
      expect([refused.status, refused.body.code]).toEqual([422, 'not-served']);
      expect(JSON.stringify(refused.body.errors)).toContain('供水');
      const wrong = await register({ ...aRegistration('water'), matter: 'NOTHING' });
      expect([wrong.status, wrong.body.code]).toEqual([422, 'invalid-form']);
      expect(await count()).toBe(before);
    });

    it('takes in nothing new while work piles up, and still answers a key it knows', async () => {
      const key = randomUUID();
      const { body } = await register(aRegistration('water'), key);
      const guard = app.get(OutboxAgeGuard);
      guard.ageSeconds = 7 * 3_600;
      const fresh = await register();
      const known = await register(aRegistration('water'), key);
      guard.ageSeconds = 0;
      expect([fresh.status, fresh.body.code]).toEqual([503, 'backlog-too-long']);
      expect([known.status, known.body]).toEqual([201, body]);
    });

    it('stores and publishes what was typed in normalised form, and compares what was typed for the same key', async () => {
      const key = randomUUID();
      const typed = {
        ...aRegistration('water'),
        applicant: { ...aPerson(), name: '迪丽努尔•艾合买提', phone: '+86 139 0013 9000' },
      };
      const { body } = await register(typed, key);
      const [dossier, contact] = await publishedEvents(body.requestId);
      expect(dossier).toMatchObject({ applicant: { name: '迪丽努尔·艾合买提', phone: '13900139000' } });
      expect(contact).toMatchObject({ phone: '13900139000' });
      expect((await register(typed, key)).body).toEqual(body);
      const written = { ...typed, applicant: { ...typed.applicant, phone: '13900139000' } };
      expect((await register(written, key)).status).toBe(409);
    });

    it('tells the clerk that a landline gets no texts', async () => {
      const mobile = await register(aRegistration('water'));
      expect(mobile.body).toMatchObject({ texts: true });
      const landline = { ...aRegistration('water'), applicant: { ...aPerson(), phone: '053188888888' } };
      const { body } = await register(landline);
      expect(body).toMatchObject({ texts: false, textsNote: expect.stringContaining('待拨打电话') });
      const path = `requests/${body.receiptNumber}`;
      expect((await call('GET', path)).body).toMatchObject({ texts: false });
      const amended = await call('PATCH', path, { version: 1, applicant: { phone: '13900139000' } });
      expect(amended.body).toMatchObject({ texts: true });
    });

    it('names what was promised for later as missing', async () => {
      const body = aRegistration('water');
      body.materials[1] = { code: 'PROPERTY_CERT', method: 'deferred', promisedBy: '2026-05-20' } as never;
      const answer = await register(body);
      expect(answer.body.missing).toEqual([
        {
          code: 'PROPERTY_CERT',
          utility: 'water',
          promisedBy: '2026-05-20',
          name: '不动产权证书（或购房合同）',
        },
      ]);
      expect((await publishedEvents(answer.body.requestId))[0]).toMatchObject({
        pendingMaterials: ['PROPERTY_CERT'],
      });
    });
  });

  describe('reading', () => {
    it('gives the clerk of the hall everything but the number of the document', async () => {
      const { body } = await register();
      const found = await call('GET', `requests/${body.receiptNumber}`);
      expect(found.status).toBe(200);
      expect(found.body).toMatchObject({
        version: 1,
        applicant: { ...aPerson(), documentNumber: '3701**********0016' },
        parts: [
          { utility: 'water', fields: { pipeDiameter: 20 } },
          { utility: 'gas', fields: { appliances: 2 } },
        ],
      });
    });

    it('shows the clerk no code without its label', async () => {
      const { body } = await register(aRegistration('heat'));
      const correction = {
        id: randomUUID(),
        items: ['fields.heatedArea', 'PROPERTY_CERT'],
        deadline: '2026-05-20',
      };
      await decide(body.requestId, 1, [
        { utility: 'heat', provider: 'jinan-heat', state: 'waiting', correction },
      ]);
      const found = await call('GET', `requests/${body.receiptNumber}`);
      expect(found.body).toMatchObject({
        matterName: expect.stringMatching(/^\p{Script=Han}+/u),
        parts: [
          {
            shown: {
              state: '待申请人办理',
              materials: expect.arrayContaining([
                { code: 'PROPERTY_CERT', name: '不动产权证书（或购房合同）' },
              ]),
              fields: expect.arrayContaining([
                { code: 'heatedArea', name: '供热面积', value: '96.5 m²' },
                { code: 'heatingKind', name: '采暖方式', value: '地暖' },
              ]),
              asked: [
                { code: 'fields.heatedArea', name: '供热面积' },
                { code: 'PROPERTY_CERT', name: '不动产权证书（或购房合同）' },
              ],
            },
          },
        ],
      });
    });

    it('speaks the language of the clerk, whatever the applicant speaks', async () => {
      const { body } = await register({ ...aRegistration('heat'), language: 'en' });
      const inLanguage = async (language: string) =>
        (await call('GET', `requests/${body.receiptNumber}`, undefined, { 'accept-language': language }))
          .body;
      expect(await inLanguage('zh-CN')).toMatchObject({
        ...{ language: 'en', matterName: expect.stringMatching(/^\p{Script=Han}+/u) },
        parts: [
          {
            provider: { name: '济南供热' },
            shown: { fields: expect.arrayContaining([expect.objectContaining({ name: '供热面积' })]) },
          },
        ],
      });
      expect(await inLanguage('en')).toMatchObject({
        parts: [
          {
            provider: { name: 'Jinan Heat' },
            shown: { fields: expect.arrayContaining([expect.objectContaining({ code: 'heatedArea' })]) },
          },
        ],
      });
    });

    it.each([
      ['in lower case', (receipt: string) => receipt.toLowerCase()],
      ['without its dashes', (receipt: string) => receipt.replaceAll('-', '')],
      ['with blanks and other dashes', (receipt: string) => ` ${receipt.replaceAll('-', ' – ')} `],
      [
        'in full width',
        (receipt: string) =>
          receipt.replace(/[^-]/g, (each) => String.fromCodePoint(each.codePointAt(0)! + 0xfee0)),
      ],
      [
        'dictated with O for 0 and I for 1',
        (receipt: string) => receipt.replaceAll('0', 'O').replaceAll('1', 'I'),
      ],
    ])('finds a receipt number written %s', async (_, write) => {
      const { receiptNumber } = (await register()).body;
      const path = `requests/${encodeURIComponent(write(receiptNumber))}`;
      const found = await call('GET', path);
      expect([found.status, found.body.receiptNumber]).toEqual([200, receiptNumber]);
      const code = await call('POST', `${path}/query-code`);
      expect([code.status, code.body.receiptNumber]).toEqual([200, receiptNumber]);
      expect((await call('PATCH', path, { version: 1 })).status).toBe(202);
    });

    it('hides a request from every other hall, whatever is asked of it', async () => {
      const { body } = await register();
      const other = await asOther('zhangdian');
      const path = `requests/${body.receiptNumber}`;
      const answers = await Promise.all([
        call('GET', path, undefined, other),
        call('PATCH', path, { version: 1 }, other),
        call('POST', `${path}/withdrawal`, {}, other),
        call('POST', `${path}/corrections/${randomUUID()}/answer`, {}, other),
        call('POST', `${path}/query-code`, {}, other),
      ]);
      expect(answers.map(({ status, body: { code } }) => [status, code])).toEqual(
        Array(5).fill([404, 'not-found']),
      );
      expect(await publishedEvents(body.requestId)).toHaveLength(2);
    });
  });

  describe('amending', () => {
    it('publishes the amended dossier and leaves unnamed members unchanged', async () => {
      const { body } = await register();
      const applicant = { ...aPerson(), name: '欧阳样例', phone: '13900139000' };
      const amendment = { version: 1, applicant, parts: { water: { fields: { pipeDiameter: 25 } } } };
      const answer = await call('PATCH', `requests/${body.receiptNumber}`, amendment);
      expect([answer.status, answer.body.version]).toEqual([202, 2]);
      const [dossier, contact] = (await publishedEvents(body.requestId)).slice(2);
      expect(dossier).toMatchObject({
        topic: 'dossiers',
        version: 2,
        applicant,
        parts: [
          { fields: { usage: 'residential', pipeDiameter: 25 } },
          { fields: { usage: 'residential', appliances: 2 } },
        ],
      });
      expect(contact).toMatchObject({ topic: 'contacts', version: 2, phone: '13900139000' });
    });

    it('of the phone alone needs nothing of the identity, by a merge patch', async () => {
      const { body } = await register();
      const path = `requests/${body.receiptNumber}`;
      const patch = { 'content-type': 'application/merge-patch+json' };
      const amendment = { version: 1, applicant: { phone: '13900139000' } };
      const answer = await call('PATCH', path, amendment, patch);
      expect([answer.status, answer.body.version]).toEqual([202, 2]);
      const [dossier] = (await publishedEvents(body.requestId)).slice(2);
      expect(dossier).toMatchObject({ applicant: { ...aPerson(), phone: '13900139000' } });
    });

    it('takes back all that the clerk read, and stores no masked number', async () => {
      const { body } = await register();
      const path = `requests/${body.receiptNumber}`;
      const { applicant, version } = (await call('GET', path)).body;
      const amended = { ...(applicant as object), name: '欧阳样例' };
      expect((await call('PATCH', path, { version, applicant: amended })).status).toBe(202);
      const [dossier] = (await publishedEvents(body.requestId)).slice(2);
      expect(dossier).toMatchObject({ applicant: { ...aPerson(), name: '欧阳样例' } });
      const masked = { version: 2, applicant: { documentNumber: '3702**********0016' } };
      const refused = await call('PATCH', path, masked);
      expect([refused.status, refused.body.code]).toEqual([422, 'invalid-form']);
    });

    it('refuses to empty all parts where one of them has ended', async () => {
      const { body } = await register();
      await decide(body.requestId, 1, [{ state: 'completed' }, { utility: 'gas', state: 'accepted' }]);
      const refused = await call('PATCH', `requests/${body.receiptNumber}`, { version: 1, parts: null });
      expect([refused.status, refused.body.code]).toEqual([409, 'already-ended']);
    });

    it('publishes no contact if the phone stays', async () => {
      const { body } = await register();
      await call('PATCH', `requests/${body.receiptNumber}`, {
        version: 1,
        address: { district: '370103', text: '市中区样例路2号' },
      });
      expect((await publishedEvents(body.requestId)).slice(2).map(({ topic }) => topic)).toEqual([
        'dossiers',
      ]);
    });

    it('refuses an amendment of a version that is no longer the last', async () => {
      const { body } = await register();
      const path = `requests/${body.receiptNumber}`;
      const amendment = { version: 1, parts: { gas: { fields: { appliances: 3 } } } };
      expect((await call('PATCH', path, amendment)).status).toBe(202);
      const again = await call('PATCH', path, amendment);
      expect([again.status, again.body.code, again.body.version]).toEqual([409, 'version-conflict', 2]);
    });

    it('checks the whole again and does not change providers', async () => {
      const { body } = await register(aRegistration('water', 'telecom'));
      const answer = await call('PATCH', `requests/${body.receiptNumber}`, {
        version: 1,
        applicant: { ...aPerson(), documentNumber: '370102199003070017' },
        parts: { telecom: { fields: { carrier: 'mobile' } }, water: { fields: { usage: null } } },
      });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ pointer: '/applicant/documentNumber', code: 'wrong-check-digit' }),
          expect.objectContaining({ pointer: '/parts/water/fields/usage', code: 'missing' }),
          expect.objectContaining({
            pointer: '/parts/telecom/fields/carrier',
            code: 'provider-would-change',
          }),
        ]),
      );
    });

    it('refuses to amend a part that has ended, and not the others', async () => {
      const { body } = await register();
      await decide(body.requestId, 1, [{ state: 'completed' }, { utility: 'gas' }]);
      const path = `requests/${body.receiptNumber}`;
      const water = await call('PATCH', path, {
        version: 1,
        parts: { water: { fields: { pipeDiameter: 25 } } },
      });
      expect([water.status, water.body.code]).toEqual([409, 'already-ended']);
      const gas = await call('PATCH', path, { version: 1, parts: { gas: { fields: { appliances: 1 } } } });
      expect(gas.status).toBe(202);
    });
  });

  describe('a correction', () => {
    const answer = { materials: [{ code: 'PROPERTY_CERT', method: 'paper' }], fields: { pipeDiameter: 32 } };

    it('is answered once, inside the dossier', async () => {
      const { body } = await register();
      const id = randomUUID();
      await decide(body.requestId, 1, [waiting(id, '2026-05-11')]);
      const path = `requests/${body.receiptNumber}/corrections/${id}/answer`;
      expect((await call('POST', path, answer)).status).toBe(202);
      expect((await publishedEvents(body.requestId))[2]).toMatchObject({
        topic: 'dossiers',
        version: 2,
        parts: [
          { answers: [{ correctionId: id, ...answer, answeredAt: NOW.toISOString() }] },
          { answers: [] },
        ],
      });
      const again = await call('POST', path, answer);
      expect([again.status, again.body.code]).toEqual([409, 'correction-already-answered']);
    });

    it('is answered under its id in upper case too', async () => {
      const { body } = await register();
      const id = randomUUID();
      await decide(body.requestId, 1, [waiting(id, '2026-05-11')]);
      const path = `requests/${body.receiptNumber.toLowerCase()}/corrections/${id.toUpperCase()}/answer`;
      expect((await call('POST', path, answer)).status).toBe(202);
    });

    it('supplies what was promised for later', async () => {
      const form = aRegistration('water');
      form.materials[1] = { code: 'PROPERTY_CERT', method: 'deferred', promisedBy: '2026-05-20' } as never;
      const { body } = await register(form);
      const id = randomUUID();
      await decide(body.requestId, 1, [waiting(id, '2026-05-20')]);
      await call('POST', `requests/${body.receiptNumber}/corrections/${id}/answer`, answer);
      expect((await publishedEvents(body.requestId)).at(-1)).toMatchObject({
        topic: 'dossiers',
        pendingMaterials: [],
      });
    });

    it('is not answered after its due date, nor when it is unknown', async () => {
      const { body } = await register();
      const id = randomUUID();
      await decide(body.requestId, 1, [waiting(id, '2026-05-08')]);
      const path = (correction: string) => `requests/${body.receiptNumber}/corrections/${correction}/answer`;
      const overdue = await call('POST', path(id), answer);
      expect([overdue.status, overdue.body.code]).toEqual([409, 'correction-overdue']);
      expect((await call('POST', path(randomUUID()), answer)).status).toBe(404);
    });

    it('is known from the newest decision alone', async () => {
      const { body } = await register();
      const id = randomUUID();
      await decide(body.requestId, 2, [{ state: 'in-progress' }]);
      await decide(body.requestId, 1, [waiting(id, '2026-05-20')]);
      const answered = await call('POST', `requests/${body.receiptNumber}/corrections/${id}/answer`, answer);
      expect(answered.status).toBe(404);
    });

    const asking = async (correction: object, form?: unknown) => {
      const { body } = await register(form);
      const id = v7();
      const asked = { id, items: ['PROPERTY_CERT', 'fields.pipeDiameter'], deadline: '2026-05-20' };
      await decide(body.requestId, 1, [{ state: 'waiting', correction: { ...asked, ...correction } }]);
      const send = (content: unknown, correctionId = id) =>
        call('POST', `requests/${body.receiptNumber}/corrections/${correctionId}/answer`, content);
      return { id, send, requestId: body.requestId };
    };

    it('is not used up by an answer that holds nothing of what was asked, which names it', async () => {
      const { send } = await asking({});
      for (const nothing of [
        {},
        { fields: { pipeDiameter: null } },
        { materials: [{ code: 'ID_CARD', method: 'paper' }] },
      ]) {
        const { status, body } = await send(nothing);
        expect([status, body.code]).toEqual([422, 'invalid-form']);
        expect(body.errors).toEqual([
          { pointer: '', code: 'nothing-asked-for', detail: expect.stringMatching(/不动产权证书.*接管口径/) },
        ]);
      }
      expect((await send(answer)).status).toBe(202);
    });

    it('is answered in parts, and each answer says what is still open', async () => {
      const { send, requestId } = await asking({});
      const first = await send({ fields: { pipeDiameter: 32 } });
      expect([first.status, first.body.open]).toEqual([202, ['PROPERTY_CERT']]);
      expect(await send({ fields: { pipeDiameter: 25 } })).toMatchObject({ status: 422 });
      const second = await send({ materials: [{ code: 'PROPERTY_CERT', method: 'paper' }] });
      expect([second.status, second.body.open]).toEqual([202, []]);
      expect((await send(answer)).body.code).toBe('correction-already-answered');
      expect((await publishedEvents(requestId)).at(-1)).toMatchObject({
        parts: [{ answers: [{}, {}] }, { answers: [] }],
      });
    });

    it('that asks for no paper and no field is answered by confirming it, and nothing else is', async () => {
      const { send } = await asking({ items: ['arrears', 'PROPERTY_CERT'] });
      const { body } = await send({ confirmed: ['PROPERTY_CERT', 'permit'] });
      expect(
        (body.errors as { pointer: string; code: string }[]).map(({ pointer, code }) => [pointer, code]),
      ).toEqual([
        ['/confirmed/0', 'not-confirmable'],
        ['/confirmed/1', 'not-confirmable'],
      ]);
      expect((await send({ confirmed: ['arrears'] })).body.open).toEqual(['PROPERTY_CERT']);
    });

    it('that was replaced names its successor', async () => {
      const old = v7();
      const { id, send } = await asking({ replaces: [old] });
      const { status, body } = await send(answer, old);
      expect([status, body.code, body.successor]).toEqual([409, 'correction-replaced', id]);
    });

    it('is 503 if it has not arrived yet, and 404 if it cannot exist', async () => {
      const { send, requestId, id } = await asking({});
      const { status, headers, body } = await send(answer, v7({ msecs: NOW.getTime() - 1_000 }));
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'correction-not-known-yet', '2']);
      for (const other of [v7({ msecs: NOW.getTime() - 86_400_000 }), randomUUID(), 'nonsense'])
        expect((await send(answer, other)).status).toBe(404);
      await decide(requestId, 2, [{ state: 'in-progress' }]);
      expect((await send(answer, id)).body.code).toBe('correction-not-open');
    });

    it('that nobody answered is closed a working day past its last day, once, and takes no answer any more', async () => {
      const { id, send, requestId } = await asking({ deadline: '2026-05-15' });
      const closedOn = async (now: string) => {
        app.get(Clock).now = () => new Date(now);
        await app.get(CloseCorrections).execute();
        return (await publishedEvents(requestId)).slice(2).filter(({ topic }) => topic === 'dossiers');
      };
      expect(await closedOn('2026-05-17T15:00:00Z')).toEqual([]);
      expect(await closedOn('2026-05-17T16:00:00Z')).toMatchObject([
        { version: 2, parts: [{ closedCorrections: [id] }, {}] },
      ]);
      expect(await closedOn('2026-05-19T02:00:00Z')).toHaveLength(1);
      app.get(Clock).now = () => NOW;
      expect((await send(answer)).body.code).toBe('correction-overdue');
    });

    it('that was answered in time is never closed', async () => {
      const { send, requestId } = await asking({ deadline: '2026-05-15' });
      await send(answer);
      app.get(Clock).now = () => new Date('2026-06-30T02:00:00Z');
      await app.get(CloseCorrections).execute();
      app.get(Clock).now = () => NOW;
      const last = (await publishedEvents(requestId)).findLast(({ topic }) => topic === 'dossiers');
      expect(last!.parts).toEqual([
        expect.not.objectContaining({ closedCorrections: [] }),
        expect.anything(),
      ]);
      expect(last).toMatchObject({ version: 2 });
    });

    it('of a second part is closed in its turn, where the first was answered in time', async () => {
      const { body } = await register();
      const [water, gas] = [v7(), v7()];
      await decide(body.requestId, 1, [waiting(water, '2026-05-14'), waiting(gas, '2026-05-18', 'gas')]);
      await call('POST', `requests/${body.receiptNumber}/corrections/${water}/answer`, answer);
      for (const day of ['2026-05-15', '2026-05-19']) {
        app.get(Clock).now = () => new Date(`${day}T02:00:00Z`);
        await app.get(CloseCorrections).execute();
      }
      app.get(Clock).now = () => NOW;
      const last = (await publishedEvents(body.requestId)).findLast(({ topic }) => topic === 'dossiers');
      expect(last).toMatchObject({ version: 3, parts: [{}, { closedCorrections: [gas] }] });
    });

    it('that falls due on a Sunday can be answered on Monday', async () => {
      const { send } = await asking({ deadline: '2026-05-10' });
      expect((await send(answer)).status).toBe(202);
    });

    it('takes no field that the part does not have and no further promise', async () => {
      const { body } = await register();
      const id = randomUUID();
      await decide(body.requestId, 1, [waiting(id, '2026-05-20')]);
      const wrong = { fields: { colour: 'red' }, materials: [{ code: 'PROPERTY_CERT', method: 'deferred' }] };
      const { status, body: problem } = await call(
        'POST',
        `requests/${body.receiptNumber}/corrections/${id}/answer`,
        wrong,
      );
      expect([status, (problem.errors as { code: string }[]).map(({ code }) => code)]).toEqual([
        422,
        ['unknown-field', 'not-deferrable'],
      ]);
    });
  });

  describe('withdrawing', () => {
    it('asks for one part and publishes it once', async () => {
      const { body } = await register();
      const path = `requests/${body.receiptNumber}/withdrawal`;
      const first = await call('POST', path, { utilities: ['gas'] });
      const second = await call('POST', path, { utilities: ['gas'] });
      expect([first.status, second.status, second.body]).toEqual([202, 202, first.body]);
      const events = (await publishedEvents(body.requestId)).slice(2);
      expect(events).toHaveLength(1);
      expect(events[0]!.parts).toEqual([
        expect.not.objectContaining({ cancelReason: expect.anything() }),
        expect.objectContaining({ utility: 'gas', cancelReason: 'withdrawn-by-applicant' }),
      ]);
    });

    it('asks for all that still run, and refuses what has ended', async () => {
      const { body } = await register();
      const path = `requests/${body.receiptNumber}/withdrawal`;
      await decide(body.requestId, 1, [{ state: 'completed' }, { utility: 'gas' }]);
      const ended = await call('POST', path, { utilities: ['water'] });
      expect([ended.status, ended.body.code]).toEqual([409, 'already-ended']);
      expect((await call('POST', path, {})).status).toBe(202);
      expect((await publishedEvents(body.requestId))[2]!.parts).toMatchObject([
        { utility: 'water' },
        { utility: 'gas', cancelReason: 'withdrawn-by-applicant' },
      ]);
      await decide(body.requestId, 2, [{ state: 'completed' }, { utility: 'gas', state: 'cancelled' }]);
      expect((await call('POST', path, {})).body.code).toBe('already-ended');
    });

    it('knows the reasons of the catalogue and the parts of the request', async () => {
      const { body } = await register();
      const wrong = { utilities: ['heat'], reason: 'lapsed' };
      const answer = await call('POST', `requests/${body.receiptNumber}/withdrawal`, wrong);
      expect((answer.body.errors as { pointer: string; code: string }[]).map(({ code }) => code)).toEqual([
        'unknown-reason',
        'utility-not-in-request',
      ]);
    });
  });

  it('issues another query code and publishes its hash alone', async () => {
    const { body } = await register();
    const answer = await call('POST', `requests/${body.receiptNumber}/query-code`, {});
    expect(answer.status).toBe(200);
    expect(answer.body.queryCode).not.toBe(body.queryCode);
    const events = (await publishedEvents(body.requestId)).slice(2);
    expect(events).toMatchObject([
      { topic: 'dossiers', version: 2, queryCodeHash: hashOfCode(answer.body.queryCode) },
    ]);
  });

  it('shows the counter what a matter needs and who does it in a district', async () => {
    const { body: list } = await call('GET', 'matters');
    expect((list.matters as { code: string }[]).map(({ code }) => code)).toContain('JOINT_TRANSFER');
    const { body } = await call('GET', 'matters/TEL_NEW?district=370102');
    expect(body.parts).toMatchObject([
      { utility: 'telecom', days: 3, providers: [{ id: 'jinan-mobile' }, { id: 'jinan-unicom' }] },
    ]);
    expect((await call('GET', 'matters?district=370102')).body).toEqual(list);
    expect((await call('GET', 'matters?district=370100')).body).toEqual({ matters: [] });
    expect((await call('GET', 'matters?district=Lixia')).status).toBe(422);
    expect((await call('GET', 'matters/tel-new')).body).toMatchObject({ code: 'TEL_NEW' });
    expect((await call('GET', 'matters/NOTHING')).status).toBe(404);
  });

  it('answers in the language of the caller', async () => {
    const english = await call('POST', 'requests', {}, { 'accept-language': 'en' });
    const chinese = await call('POST', 'requests', {});
    expect(english.body.detail).toContain('Idempotency-Key must');
    expect(chinese.body.detail).toContain('可见字符');
  });

  it('is for clerks alone', async () => {
    const officer = await issuer.token({ claims: { role: 'officer', provider: 'jinan-water' } });
    const answer = await call('GET', 'matters', undefined, { authorization: `Bearer ${officer}` });
    expect([answer.status, answer.body.code]).toEqual([403, 'wrong-role']);
  });

  it('writes nobody into its log', () => {
    const log = lines.join('\n');
    const { name, documentNumber, phone } = aPerson();
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of [name, documentNumber, phone, '样例小区']) expect(log).not.toContain(secret);
  });
});
