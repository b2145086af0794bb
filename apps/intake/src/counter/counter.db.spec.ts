import { randomUUID } from 'node:crypto';
import type { JobStatus } from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  aPerson,
  aRegistration,
  createTestService,
  eventually,
  Routing,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { aStatus } from '../job-states/status.mother.js';
import { IntakeModule } from '../intake.module.js';
import type { Receipt } from '../requests/receipt.js';
import type { CheckedDraft } from './check-draft.js';
import type { CounterOptions } from './describe-options.js';
import type { FoundRequest } from './search-requests.js';

describe('what the counter looks up', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Awaited<ReturnType<typeof createService>>;
  let routing: Awaited<ReturnType<typeof createTestService>>;
  let address: string;
  const tokens = new Map<string, string>();
  const lines: string[] = [];

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      QUERY_CODE_SECRET: `1:${'a'.repeat(32)}`,
    });
    const logger = Log.to({ write: (line: string) => lines.push(line) });
    app = await createService(IntakeModule, { env: env('intake'), transport: eventTransport, logger });
    routing = await createTestService({ module: Routing, env: env('routing') });
    await routing.init();
    address = await startListening(app);
    for (const hall of ['lixia', 'zhangdian'])
      tokens.set(hall, await issuer.token({ claims: { role: 'clerk', hall, sub: `clerk-${hall}` } }));
  });

  afterAll(async () => {
    await app.close();
    await routing.close();
    await issuer.stop();
    await database.drop();
  });

  async function call<T>(method: string, path: string, body?: unknown, hall = 'lixia', more = {}) {
    const answer = await fetch(`${address}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens.get(hall)}`,
        'content-type': 'application/json',
        'accept-language': 'en',
        ...more,
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  const register = async (body: unknown, hall = 'lixia') =>
    (await call<Receipt>('POST', '/requests', body, hall, { 'idempotency-key': randomUUID() })).body;
  const check = async (draft: unknown, hall = 'lixia') =>
    (await call<CheckedDraft>('POST', '/counter/check', { draft }, hall)).body;
  const search = async (q: string, hall = 'lixia') =>
    (await call<{ requests: FoundRequest[] }>('POST', '/counter/search', { q }, hall)).body.requests;

  it('offers districts with their Pinyin, kinds of documents and reasons for withdrawing', async () => {
    const { body } = await call<CounterOptions>('GET', '/counter/options');
    expect(body.districts.find(({ code }) => code === '371722')).toMatchObject({
      name: 'Shanxian',
      city: 'Heze',
      pinyin: 'he ze shi shan xian',
    });
    expect(body.documents.person[0]).toEqual({ code: 'resident-id', name: 'Resident identity card' });
    expect(body.withdrawalReasons.map(({ code }) => code)).toContain('withdrawn-by-applicant');
  });

  it('judges a draft that has just been begun, in the words of a refusal', async () => {
    const { errors, parts, duplicates } = await check({
      matter: 'JOINT_NEW',
      utilities: ['water'],
      applicant: { ...aPerson(), documentNumber: '370102199003070017' },
    });
    expect(errors).toContainEqual({
      pointer: '/applicant/documentNumber',
      code: 'wrong-check-digit',
      detail: 'The check digit of the document number is wrong.',
    });
    expect(errors.map(({ pointer }) => pointer)).toContain('/address');
    expect({ parts, duplicates }).toEqual({ parts: [], duplicates: [] });
  });

  it('says who would do each part by when, and what of it rests on provisional days', async () => {
    const { errors, parts } = await check(aRegistration('water', 'gas'));
    expect(errors).toEqual([]);
    expect(parts.map(({ utility, provider }) => [utility, provider.id])).toEqual([
      ['water', 'jinan-water'],
      ['gas', 'jinan-gas'],
    ]);
  });

  it('names open requests of the same person or address, of another hall without its number, and no ended one', async () => {
    const first = await register(aRegistration('water'));
    const { duplicates } = await check(aRegistration('gas'));
    expect(duplicates).toMatchObject([
      { receiptNumber: first.receiptNumber, applicant: '欧阳**', same: ['person', 'address'] },
    ]);
    const elsewhere = await check(
      { ...aRegistration('gas'), address: { district: '370102', text: '他处' } },
      'zhangdian',
    );
    expect(elsewhere.duplicates).toMatchObject([{ address: '', same: ['person'] }]);
    expect(elsewhere.duplicates[0]).not.toHaveProperty('receiptNumber');

    const jobs: Partial<JobStatus>[] = [{ utility: 'water', state: 'completed' }];
    await routing.get(Transaction).run(async ({ publish }) => publish(aStatus(first.requestId, 9, jobs)));
    await eventually(async () => expect((await check(aRegistration('gas'))).duplicates).toEqual([]));
  });

  it('finds by receipt, by the end of a phone number, by name with address, and only in its own hall', async () => {
    const sought = {
      ...aRegistration('water'),
      applicant: { ...aPerson(), name: '𠮷田䶮', phone: '0531-86012345' },
      address: { district: '370102', text: '解放路 100% 号' },
    };
    const { receiptNumber } = await register(sought);
    await register({ ...sought, address: { district: '370102', text: '经十路 7 号' } });
    const numbers = async (q: string, hall?: string) =>
      (await search(q, hall)).map((found) => found.receiptNumber);
    expect(await numbers(receiptNumber.toLowerCase())).toEqual([receiptNumber]);
    expect(await numbers('012345')).toHaveLength(2);
    expect(await numbers('912345')).toEqual([]);
    expect(await numbers('𠮷田')).toHaveLength(2);
    expect(await numbers('𠮷田䶮 100%')).toEqual([receiptNumber]);
    expect(await numbers('𠮷田', 'zhangdian')).toEqual([]);
  });

  it('shows whole document numbers for a reason, stores who saw them, and logs no number', async () => {
    const { receiptNumber, requestId } = await register(aRegistration('water'));
    const path = `/counter/requests/${receiptNumber}/disclosure`;
    expect((await call('POST', path, { reason: '' })).status).toBe(422);
    expect((await call('POST', path, { reason: '核对证件' }, 'zhangdian')).status).toBe(404);
    const { body } = await call('POST', path, { reason: '核对证件' });
    expect(body).toEqual({ applicant: aPerson().documentNumber });
    const rows = await app
      .get(DataSource)
      .query('select disclosed_to as "to", reason from disclosure where request_id = $1', [requestId]);
    expect(rows).toEqual([{ to: 'clerk-lixia', reason: '核对证件' }]);
    expect(lines.join('')).not.toContain(aPerson().documentNumber);
  });
});
