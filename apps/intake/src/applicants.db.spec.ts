import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { deriveQueryCode, type JobStatus } from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  aRegistration,
  createTestService,
  eventually,
  outboxEvents,
  Routing,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { aStatus, factsOf } from './job-states/status.mother.js';
import { IntakeModule } from './intake.module.js';
import type { Receipt } from './requests/receipt.js';

const NOW = new Date('2026-05-11T02:00:00Z');
const SECRET = `1:${'a'.repeat(32)}`;

interface Answered {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { code?: string };
}

describe('what applicants do at intake', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let address: string;
  let app: Awaited<ReturnType<typeof createService>>;
  let routing: Awaited<ReturnType<typeof createTestService>>;
  let token: string;
  let now = NOW;
  let household = 0;
  const lines: string[] = [];

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      QUERY_CODE_SECRET: SECRET,
      TRUST_PROXY: 'true',
      LOST_CODES_PER_ADDRESS: '4',
      QUERY_CODE_EXEMPT_ADDRESSES: '10.77.0.0/16',
    });
    const logger = Log.to({ write: (line: string) => lines.push(line) });
    app = await createService(IntakeModule, { env: env('intake'), transport: eventTransport, logger });
    routing = await createTestService({ module: Routing, env: env('routing') });
    await routing.init();
    address = await startListening(app);
    app.get(Clock).now = () => now;
    token = await issuer.token({ claims: { role: 'clerk', hall: 'lixia', sub: 'clerk-1' } });
  });

  afterEach(() => (now = NOW));

  afterAll(async () => {
    await app.close();
    await routing.close();
    await issuer.stop();
    await database.drop();
  });

  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);

  /** Every call comes from a household of its own, unless it says from where. */
  async function call(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
    household += 1;
    const headers = {
      'x-forwarded-for': `10.1.${household >> 8}.${household & 255}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...more,
    };
    const answer = await fetch(`${address}/v1/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) } as Answered;
  }

  async function aReceipt(form: unknown = aRegistration('water', 'gas')): Promise<Receipt> {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() };
    return (await call('POST', 'requests', form, headers)).body as unknown as Receipt;
  }

  const contactsOf = (requestId: string) =>
    rows<{ body: string }>(
      `select body from ${outboxEvents()} where key = $1 and topic = 'contacts' order by id`,
      [requestId],
    ).then((found) => found.map(({ body }) => JSON.parse(body) as Record<string, unknown>));

  describe('a lost query code', () => {
    const lose = (receiptNumber: string, from?: string) =>
      call('POST', 'applicant/lost-code', { receiptNumber }, from ? { 'x-forwarded-for': from } : {});
    const asked = async (requestId: string) =>
      (await contactsOf(requestId)).filter(({ askedCode }) => askedCode !== undefined);

    it('is sent to the phone on record by what it is derived from, and still opens', async () => {
      const { requestId, receiptNumber, queryCode } = await aReceipt();
      const { status, body } = await lose(` ${receiptNumber.toLowerCase()} `);
      expect(status).toBe(202);
      expect(body).toEqual({ text: expect.stringMatching(/^如果该受理编号存在/) });
      await eventually(async () =>
        expect(await asked(requestId)).toEqual([
          expect.objectContaining({
            version: 2,
            askedCode: { secret: 1, issue: 1, askedAt: NOW.toISOString() },
          }),
        ]),
      );
      expect(deriveQueryCode([SECRET], requestId, { secret: 1, issue: 1 })).toBe(queryCode);
      const [row] = await rows<{ hash: string }>(
        'select query_code_hash as hash from service_request where id = $1',
        [requestId],
      );
      const open = await call('GET', `applicant/requests/${receiptNumber}/corrections/${v7()}`, undefined, {
        'x-query-code': queryCode,
      });
      expect([row!.hash.length, open.body.code]).toEqual([64, 'not-found']);
    });

    it('is answered alike for an unknown receipt and for a landline, to which nothing is sent', async () => {
      const form = aRegistration('water');
      form.applicant.phone = '0531-88888888';
      const { requestId, receiptNumber } = await aReceipt(form);
      const known = await aReceipt();
      const answers = await Promise.all(
        [receiptNumber, known.receiptNumber, 'LB370102-20260511-J-99999-A', '<script>'].map((each) =>
          lose(each),
        ),
      );
      for (const { status, body } of answers) expect([status, body]).toEqual([202, answers[0]!.body]);
      await eventually(async () => expect(await asked(known.requestId)).toHaveLength(1));
      expect(await contactsOf(requestId)).toHaveLength(1);
    });

    it('is sent three times a day at most, ten minutes apart, and says so to nobody', async () => {
      const { requestId, receiptNumber } = await aReceipt();
      const times = async (minute: number, count: number) => {
        now = new Date(NOW.getTime() + minute * 60_000);
        expect((await lose(receiptNumber)).status).toBe(202);
        // The one that is sent for sure comes after the other: whatever was sent of that is there then.
        const later = await aReceipt();
        await lose(later.receiptNumber);
        await eventually(async () => expect(await asked(later.requestId)).toHaveLength(1));
        await eventually(async () => expect(await asked(requestId)).toHaveLength(count));
      };
      for (const [minute, count] of [
        [0, 1],
        [9, 1],
        [11, 2],
        [22, 3],
        [60, 3],
        [24 * 60 + 1, 4],
      ])
        await times(minute!, count!);
    });

    it('is asked for from one address only so often, but from a hall', async () => {
      const { receiptNumber } = await aReceipt();
      const statuses = async (from: string) => {
        const all = [];
        for (let i = 0; i < 5; i++) all.push(await lose(receiptNumber, from));
        return all;
      };
      const guesser = await statuses('10.66.0.1');
      expect(guesser.map(({ status }) => status)).toEqual([202, 202, 202, 202, 429]);
      expect(guesser[4]!.body.code).toBe('too-many-lost-codes');
      expect(guesser[4]!.headers.get('retry-after')).toBe('3600');
      expect((await statuses('10.77.0.1')).map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    });

    it.each([{}, { receiptNumber: 7 }, { receiptNumber: 'x'.repeat(101) }])(
      'is not looked for in %j',
      async (form) => expect((await call('POST', 'applicant/lost-code', form)).status).toBe(422),
    );
  });

  describe('a correction', () => {
    const asking = async (items = ['PROPERTY_CERT', 'fields.pipeDiameter', 'arrears']) => {
      const receipt = await aReceipt();
      const id = v7();
      const job: Partial<JobStatus> = { state: 'waiting', correction: { id, items, deadline: '2026-05-20' } };
      const event = aStatus(receipt.requestId, 1, [job], factsOf([job]));
      await routing.get(Transaction).run(async ({ publish }) => publish(event));
      await eventually(async () =>
        expect(await rows('select 1 from job_state where request_id = $1', [receipt.requestId])).toHaveLength(
          1,
        ),
      );
      const path = `applicant/requests/${receipt.receiptNumber.toLowerCase()}/corrections/${id}`;
      const code = { 'x-query-code': receipt.queryCode.toLowerCase() };
      return {
        receipt,
        read: (headers: Record<string, string> = code) => call('GET', path, undefined, headers),
        answer: (body: unknown, headers: Record<string, string> = code) =>
          call('POST', `${path}/answer`, body, headers),
      };
    };

    it('tells the applicant how each item is supplied, in his language', async () => {
      const { read, receipt } = await asking();
      expect((await read()).body).toMatchObject({
        deadline: '2026-05-20',
        items: [
          { code: 'PROPERTY_CERT', kind: 'material', name: expect.stringContaining('不动产权证书') },
          { kind: 'field', name: '接管口径', field: { code: 'pipeDiameter', type: 'integer', unit: 'mm' } },
          { code: 'arrears', kind: 'confirmation' },
        ],
      });
      const english = await read({ 'x-query-code': receipt.queryCode, 'accept-language': 'en' });
      expect(JSON.stringify(english.body)).not.toMatch(/\p{Script=Han}/u);
    });

    it('is answered by the applicant himself, in parts', async () => {
      const { answer, receipt, read } = await asking();
      const first = await answer({ fields: { pipeDiameter: 32 }, confirmed: ['arrears'] });
      expect([first.status, first.body.open]).toEqual([202, ['PROPERTY_CERT']]);
      expect((await read()).body.items).toMatchObject([{ code: 'PROPERTY_CERT' }]);
      const material = { code: 'PROPERTY_CERT', method: 'e-licence', proof: '370102-2026-1' };
      expect((await answer({ materials: [material] })).body.open).toEqual([]);
      const [dossier] = await rows<{ body: string }>(
        `select body from ${outboxEvents()} where key = $1 and topic = 'dossiers' order by id desc limit 1`,
        [receipt.requestId],
      );
      expect(JSON.parse(dossier!.body)).toMatchObject({
        version: 3,
        parts: [{ answers: [{ fields: { pipeDiameter: 32 } }, { materials: [material] }] }, {}],
      });
      const again = await read();
      expect([again.status, again.body.code]).toEqual([409, 'correction-already-answered']);
    });

    it('is not satisfied by paper that nobody has seen, nor by an e-licence without its number', async () => {
      const { answer } = await asking();
      for (const [material, error] of [
        [{ code: 'PROPERTY_CERT', method: 'paper' }, ['/materials/0/method', 'handed-in-at-counter']],
        [{ code: 'PROPERTY_CERT', method: 'e-licence' }, ['/materials/0/proof', 'missing']],
      ] as const) {
        const { status, body } = await answer({ materials: [material] });
        expect(status).toBe(422);
        const errors = body.errors as { pointer: string; code: string }[];
        expect([errors[0]!.pointer, errors[0]!.code]).toEqual(error);
      }
    });

    it('is shown and answered with the query code alone; guesses are slowed down', async () => {
      const { read, answer, receipt } = await asking();
      const wrong = { 'x-query-code': 'WRONG234', 'x-forwarded-for': '10.66.0.2' };
      expect((await read({})).status).toBe(404);
      for (let i = 0; i < 10; i++) expect((await answer({ confirmed: ['arrears'] }, wrong)).status).toBe(404);
      const right = { 'x-query-code': receipt.queryCode, 'x-forwarded-for': '10.66.0.2' };
      const refused = await answer({ confirmed: ['arrears'] }, right);
      expect([refused.status, refused.body.code]).toEqual([429, 'too-many-guesses']);
      expect((await answer({ confirmed: ['arrears'] })).status).toBe(202);
    });
  });

  it('writes no code and nobody into its log', () =>
    expect(lines.join('\n')).not.toMatch(/1390013|WRONG234|欧阳/));
});
