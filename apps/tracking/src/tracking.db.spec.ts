import { createHash, randomUUID } from 'node:crypto';
import { PHASES, RequestStatusChanged, type JobStatus } from '@lianban/contracts';
import { encode, eventTransport, headersOf, park, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  eventually,
  createTestService,
  Routing,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { listRequests } from './board/list-requests.js';
import { findRequestViews } from './projection/find-request-views.js';
import { ProjectSnapshots } from './projection/project-snapshots.js';
import type { RequestStatus } from './status/request-status.js';
import { aJob, aStatus, CODE, nextStatus } from './tracking.mother.js';
import { TrackingModule } from './tracking.module.js';

interface Board {
  requests: (Pick<RequestStatus, 'receiptNumber' | 'phase'> & { nextDeadline?: string })[];
  next?: string;
}
type Service = Awaited<ReturnType<typeof createService>>;
type Headers = Record<string, string>;

const NOW = new Date('2026-05-20T02:00:00Z');

describe('tracking', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let app: Service;
  let address: string;
  let routing: Awaited<ReturnType<typeof createTestService>>;
  let second: Service;
  let secondAddress: string;
  let clerk: Headers;
  let now = NOW;
  const lines: string[] = [];

  const env = () => ({
    ...issuer.env,
    PORT: '0',
    DATABASE_URL: database.urlOf('tracking'),
    DATABASE_POOL: '5',
    TRUST_PROXY: 'true',
    MAX_SSE_CONNECTIONS: '4',
    SSE_POLL_MS: '50',
    SSE_HEARTBEAT_MS: '50',
    REBUILD_CHECK_MS: '50',
  });

  async function aTracking(more: Headers = {}): Promise<[Service, string]> {
    const logger = Log.to({ write: (line) => lines.push(line) });
    const service = await createService(TrackingModule, {
      env: { ...env(), ...more },
      transport: eventTransport,
      logger,
    });
    const at = await startListening(service);
    service.get(Clock).now = () => now;
    return [service, at];
  }

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    routing = await createTestService({ module: Routing, env: { DATABASE_URL: database.urlOf('routing') } });
    await routing.init();
    [app, address] = await aTracking();
    [second, secondAddress] = await aTracking();
    clerk = await asClerk('lixia');
  });

  afterAll(async () => {
    await Promise.all([app, second, routing].map((service) => service?.close()));
    await issuer.stop();
    await database.drop();
  });

  const asClerk = async (hall: string): Promise<Headers> => ({
    authorization: `Bearer ${await issuer.token({ claims: { role: 'clerk', hall } })}`,
  });
  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);

  const publish = (...events: RequestStatusChanged[]) =>
    routing.get(Transaction).run(async (work) => work.publish(events));

  /** Hands a batch to the handler as a transport does. */
  const hand = (events: readonly RequestStatusChanged[], to = app) =>
    to.get(Transaction).run((work) => to.get(ProjectSnapshots).handle([...events], work));

  let household = 0;
  /** Every applicant has an address of his own. */
  const from = (code = CODE, at = `10.1.${(household += 1) >> 8}.${household & 255}`): Headers => ({
    'x-query-code': code,
    'x-forwarded-for': at,
  });

  async function call<T>(path: string, headers: Headers, method = 'GET', at = address) {
    const answer = await fetch(`${at}/v1/${path}`, { method, headers });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : {}) as T };
  }
  const read = (receipt: string, headers = from(), at = address) =>
    call<RequestStatus & { code?: string }>(`track/${receipt}`, headers, 'GET', at);

  describe('parked messages', () => {
    const parkFor = async (reason: string, body?: string): Promise<string> => {
      const message = encode(aStatus(), 'routing', now);
      const { id, topic, key } = message;
      const from = {
        topic,
        key,
        headers: headersOf(message),
        sourcePosition: id,
        body: body ?? message.body,
      };
      await park(app.get(DataSource), [{ from, reason, detail: reason }]);
      return id;
    };
    const asOperator = async <T>(method: string, path: string, body?: object): Promise<T> => {
      const token = await issuer.token({ claims: { role: 'operator', sub: 'operator-7' } });
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const url = `${address}/v1/ops/tracking/parked${path}`;
      const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return (await answer.json()) as T;
    };

    it('are replayed by their reason; what fails again stays parked, and the log says who asked', async () => {
      for (const body of [undefined, '{}', undefined]) await parkFor('handler-failed', body);
      const other = await parkFor('invalid');
      const counted = { reason: 'handler-failed', topic: 'status', count: 3 };
      expect(await asOperator('GET', '/reasons')).toMatchObject({
        reasons: expect.arrayContaining([expect.objectContaining(counted)]),
      });
      const answer = await asOperator('POST', '/replay', { reason: 'handler-failed', topic: 'status' });
      expect(answer).toEqual({ replayed: 2, failed: 1 });
      const { messages } = await asOperator<{ messages: { headers: Record<string, string> }[] }>(
        'GET',
        '?reason=invalid',
      );
      expect(messages.map(({ headers }) => headers.ce_id)).toEqual([other]);
      const said = lines.find((line) => line.includes('parked messages replayed'));
      expect(JSON.parse(said!)).toMatchObject({
        operator: 'operator-7',
        reason: 'handler-failed',
        replayed: 2,
      });
      await rows('delete from parked_message');
    });
  });

  describe('a status', () => {
    it('is what routing published last', async () => {
      const status = aStatus();
      await publish(status);
      await publish(
        nextStatus(status, { jobs: [aJob('water', { state: 'accepted', accepted: true }), aJob('gas')] }),
      );
      const {
        body,
        status: code,
        headers,
      } = await eventually(async () => {
        const answer = await read(status.receiptNumber);
        expect(answer.body.revision).toBe(2);
        return answer;
      });
      expect(code).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body).toMatchObject({ phase: 'under-way', nextDeadline: '2026-05-27' });
      expect(body.parts.map(({ utility, state }) => [utility, state])).toEqual([
        ['water', 'accepted'],
        ['gas', 'placed'],
      ]);
    });

    it('is the same whatever the order in which snapshots arrive, and its phase never goes back', async () => {
      const story = (first: RequestStatusChanged): RequestStatusChanged[] => {
        const steps: Partial<JobStatus>[] = [
          { delivered: true },
          { delivered: true, state: 'held', holder: 'hall', reason: 'not-ours' },
          { attempt: 2, delivered: true },
          { attempt: 2, delivered: true, accepted: true, state: 'accepted' },
          { attempt: 2, delivered: true, accepted: true, state: 'completed' },
        ];
        const gas = aJob('gas', { delivered: true, state: 'cancelled', withdrawal: 'agreed' });
        return steps.reduce(
          (all, water) => [...all, nextStatus(all.at(-1)!, { jobs: [aJob('water', water), gas] })],
          [first],
        );
      };
      const length = 6;
      const twice = fc.shuffledSubarray([...Array(2 * length).keys()], { minLength: 2 * length });
      const sizes = fc.array(fc.integer({ min: 1, max: 6 }), {
        minLength: 2 * length,
        maxLength: 2 * length,
      });
      await fc.assert(
        fc.asyncProperty(twice, sizes, async (order, batches) => {
          const events = story(aStatus());
          const [{ receiptNumber }] = events as [RequestStatusChanged];
          const arriving = order.map((index) => events[index % length]!);
          const phases: number[] = [];
          for (const size of batches) {
            await hand(arriving.splice(0, size));
            const { body } = await read(receiptNumber);
            phases.push(PHASES.indexOf(body.phase));
          }
          expect(phases).toEqual(phases.toSorted((a, b) => a - b));
          expect((await read(receiptNumber)).body).toMatchObject({
            revision: length,
            phase: 'ended',
            endedAt: '2026-05-20T02:00:00.000Z',
            parts: [
              { utility: 'water', state: 'completed' },
              { utility: 'gas', state: 'cancelled', withdrawal: { status: 'agreed' } },
            ],
          });
        }),
        { numRuns: 25 },
      );
    });

    it('is the newest where two instances get different snapshots of many requests at the same moment', async () => {
      const first = Array.from({ length: 40 }, () => aStatus());
      const ended = first.map((each) =>
        nextStatus(each, { jobs: [aJob('water', { state: 'completed' })], hall: 'moment' }),
      );
      await Promise.all([hand(first), hand(ended.toReversed(), second), hand(ended), hand(first, second)]);
      const found = await rows<object>(
        `select version, ended, next_deadline::text as date, hall from request_view where request_id = any($1::uuid[])`,
        [first.map(({ requestId }) => requestId)],
      );
      expect(found).toEqual(first.map(() => ({ version: 2, ended: true, date: 'infinity', hall: 'moment' })));
    });

    it('is rewritten in place, without a new entry in any index, until somebody must act by another date', async () => {
      const statuses = Array.from({ length: 200 }, () => aStatus());
      await hand(statuses);
      const [before] = await updates();
      for (let version = 2; version <= 6; version++)
        for (const status of statuses) await hand([nextStatus(status, { version })]);
      await eventually(async () => {
        const [after] = await updates();
        expect(after!.all - before!.all).toBeGreaterThanOrEqual(1000);
        // Not all: a page is only tidied where nobody may still read what is in it.
        expect(after!.inPlace - before!.inPlace).toBeGreaterThan(500);
      });
    });

    const updates = () =>
      rows<{ all: number; inPlace: number }>(
        `select pg_stat_clear_snapshot(), sum(n_tup_upd)::int as all, sum(n_tup_hot_upd)::int as "inPlace"
         from pg_stat_user_tables where relname like 'request_view%' and schemaname = current_schema()`,
      );
  });

  describe('a query code', () => {
    const aTrackedReceipt = async (): Promise<string> => {
      const status = aStatus();
      await hand([status]);
      return status.receiptNumber;
    };

    it('is asked for in a header, and lower case will do', async () => {
      const receipt = await aTrackedReceipt();
      expect((await read(receipt, from(CODE.toLowerCase()))).status).toBe(200);
      expect((await read(`${receipt}?code=${CODE}`, from(''))).status).toBe(404);
    });

    it('that is wrong is answered like a receipt that never was', async () => {
      const wrong = await read(await aTrackedReceipt(), from('WRONG234'));
      const unknown = await read('LB370102-20260511-J-99999-A', from('WRONG234'));
      expect(wrong.status).toBe(404);
      expect(wrong.body).toEqual(unknown.body);
    });

    async function guess(receipt: string, at: string, times: number): Promise<number[]> {
      const statuses: number[] = [];
      for (let i = 0; i < times; i++) statuses.push((await read(receipt, from('WRONG234', at))).status);
      return statuses;
    }
    const later = async (seconds: number, act: () => Promise<void>) => {
      now = new Date(now.getTime() + seconds * 1000);
      await act();
    };
    afterEach(() => (now = NOW));

    it.each([
      ['lower case', 'abcd2345'],
      ['blanks and dashes', ' ABCD-2345 '],
      ['full width', 'ＡＢＣＤ２３４５'],
    ])('may be written with %s', async (_, code) => {
      const bytes = Buffer.from(code).toString('latin1');
      const receipt = (await aTrackedReceipt()).toLowerCase();
      expect((await read(receipt, from(bytes))).status).toBe(200);
    });

    it('has an L where 1 or I is written, for it has neither', async () => {
      const request = aStatus({ queryCodeHash: createHash('sha256').update('ALLD2345').digest('hex') });
      await hand([request]);
      expect((await read(request.receiptNumber, from('a1id2345'))).status).toBe(200);
    });

    it('that was issued anew opens a request that has ended, and the old one opens it no more', async () => {
      const status = aStatus({ jobs: [aJob('water', { state: 'completed' })] });
      await hand([status]);
      const queryCodeHash = createHash('sha256').update('WXYZ6789').digest('hex');
      await hand([nextStatus(status, { queryCodeHash })]);
      const { receiptNumber: receipt } = status;
      expect((await read(receipt, from('WXYZ6789'))).body).toMatchObject({ phase: 'ended', revision: 2 });
      expect((await read(receipt)).status).toBe(404);
    });

    it('guessed by a stranger does not keep the owner waiting', async () => {
      const receipt = await aTrackedReceipt();
      expect(await guess(receipt, '10.66.0.1', 10)).toEqual(Array(10).fill(404));
      expect((await read(receipt, from(CODE, '10.66.0.1'))).status).toBe(429);
      expect((await read(receipt)).status).toBe(200);
    });

    it("mistaken ten times from a hall's address opens from there with the right one, for every receipt at once, for this one a second later", async () => {
      const [mistaken, other] = [await aTrackedReceipt(), await aTrackedReceipt()];
      const hall = '10.66.0.2';
      await guess(mistaken, hall, 10);
      expect((await read(other, from(CODE, hall))).status).toBe(200);
      const refused = await read(mistaken, from(CODE, hall), secondAddress);
      expect([refused.status, refused.body.code]).toEqual([429, 'too-many-guesses']);
      expect(refused.headers.get('retry-after')).toBe('1');
      await later(1, async () => {
        expect((await read(mistaken, from(CODE, hall))).status).toBe(200);
        expect((await read(mistaken, from(CODE, hall), secondAddress)).status).toBe(200);
      });
    });

    it('is waited for longer after each wrong one, sixteen seconds at most', async () => {
      const receipt = await aTrackedReceipt();
      const home = '10.66.0.3';
      await guess(receipt, home, 10);
      for (const wait of [1, 2, 4, 8, 16, 16]) {
        const refused = await read(receipt, from(CODE, home));
        expect(refused.headers.get('retry-after')).toBe(String(wait));
        await later(wait, async () => expect((await read(receipt, from('WRONG234', home))).status).toBe(404));
      }
      await later(16, async () => expect((await read(receipt, from(CODE, home))).status).toBe(200));
    });

    it('is guessed once where the wait ends, however many come at that moment', async () => {
      const receipt = await aTrackedReceipt();
      const home = '10.66.0.4';
      await guess(receipt, home, 10);
      await later(1, async () => {
        const both = [address, secondAddress];
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) => read(receipt, from('WRONG234', home), both[i % 2])),
        );
        expect(answers.filter(({ status }) => status === 404)).toHaveLength(1);
        expect(answers.filter(({ status }) => status === 429)).toHaveLength(19);
      });
    });

    it('is not guessed more often by guessing at once', async () => {
      const receipt = await aTrackedReceipt();
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => read(receipt, from('WRONG234', '10.66.0.5'))),
      );
      const lookedAt = answers.filter(({ status }) => status === 404).length;
      expect(lookedAt).toBeGreaterThan(0);
      expect(lookedAt).toBeLessThanOrEqual(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - lookedAt);
    });

    it('opens from an address that guesses at many receipts, which itself has fewer tries and waits longer', async () => {
      const [third, thirdAddress] = await aTracking({
        QUERY_CODE_MAX_FAILURES_PER_ADDRESS: '3',
        QUERY_CODE_EXEMPT_ADDRESSES: '10.77.0.0/16, 2001:db8::/32',
      });
      const tried = async (home: (i: number) => string) => {
        for (let i = 0; i < 3; i++)
          await read(await aTrackedReceipt(), from('WRONG234', home(i)), thirdAddress);
        const receipt = await aTrackedReceipt();
        const statuses = [];
        for (let i = 0; i < 3; i++)
          statuses.push((await read(receipt, from('WRONG234', home(i)), thirdAddress)).status);
        const owner = await read(await aTrackedReceipt(), from(CODE, home(3)), thirdAddress);
        return [...statuses, owner.status];
      };
      try {
        expect(await tried((i) => `10.66.0.6:${50_000 + i}`)).toEqual([404, 404, 429, 200]);
        expect(await tried((i) => `10.77.0.6:${50_000 + i}`)).toEqual([404, 404, 404, 200]);
        expect(await tried(() => '[2001:db8::6]:443')).toEqual([404, 404, 404, 200]);
        const receipt = await aTrackedReceipt();
        const home = '10.66.0.6';
        for (const wait of [0, 0, 1, 2, 4, 8, 16, 32, 64, 64])
          await later(wait, async () =>
            expect((await read(receipt, from('WRONG234', home), thirdAddress)).status).toBe(404),
          );
      } finally {
        await third.close();
      }
    });

    it('is forgotten as wrong when a quarter of an hour has passed', async () => {
      const receipt = await aTrackedReceipt();
      await guess(receipt, '10.66.0.7', 10);
      await later(16 * 60, async () => {
        expect(await guess(receipt, '10.66.0.7', 9)).toEqual(Array(9).fill(404));
        expect((await read(receipt, from(CODE, '10.66.0.7'))).status).toBe(200);
        const old = await rows('select 1 from failed_query_code where last_at < $1', [NOW]);
        expect(old.length).toBeLessThan(20);
      });
    });
  });

  describe("the list of a clerk's hall", () => {
    const list = async (hall: string, query = '') =>
      call<Board & { code?: string }>(`track/requests?${query}`, await asClerk(hall));
    const receiptsOf = ({ requests }: Board) => requests.map(({ receiptNumber }) => receiptNumber);

    it('holds nothing of another hall, and neither does any other endpoint', async () => {
      const [own, foreign] = [aStatus({ hall: 'huaiyin' }), aStatus({ hall: 'elsewhere' })];
      await hand([own, foreign]);
      expect(receiptsOf((await list('huaiyin')).body)).toEqual([own.receiptNumber]);
      const path = `track/requests/${foreign.receiptNumber}`;
      for (const endpoint of [path, `${path}/events`])
        expect((await call<{ code: string }>(endpoint, clerk)).body.code).toBe('not-found');
    });

    it('is not for officers, and not for anybody', async () => {
      const officer = await issuer.token({ claims: { role: 'officer', provider: 'jinan-gas' } });
      expect((await call('track/requests', { authorization: `Bearer ${officer}` })).status).toBe(403);
      expect((await call('track/requests', from())).status).toBe(401);
    });

    it('shows applicant, matter, status and next deadline of each request', async () => {
      const gas = aJob('gas', { state: 'waiting', delivered: true, accepted: true });
      const request = aStatus({ hall: 'rows', jobs: [aJob('water'), gas] });
      await hand([request]);
      expect((await list('rows')).body).toEqual({
        requests: [
          {
            receiptNumber: request.receiptNumber,
            applicant: '欧阳**',
            matter: { code: 'JOINT_NEW', name: expect.any(String) },
            phase: 'under-way',
            text: expect.any(String) as string,
            attention: 'applicant',
            nextDeadline: '2026-05-27',
            registeredAt: request.registeredAt,
            parts: [
              { utility: 'water', name: '供水', state: 'placed', stateText: '待受理' },
              { utility: 'gas', name: '燃气', state: 'waiting', stateText: '待申请人办理' },
            ],
          },
        ],
      });
    });

    it('shows what the applicant reads', async () => {
      const request = aStatus();
      await hand([request]);
      const shown = await call(`track/requests/${request.receiptNumber}`, clerk);
      expect(shown.body).toEqual((await read(request.receiptNumber)).body);
    });

    it.each(['newest', 'urgent'])(
      'turns its pages in the order "%s" while requests are added',
      async (order) => {
        const hall = `paging-${order}`;
        const some = (count: number) =>
          Array.from({ length: count }, (_, i) =>
            aStatus({
              hall,
              registeredAt: `2026-05-11T02:${String(i % 40).padStart(2, '0')}:00.000Z`,
              nextDeadline: i < 70 ? `2026-06-${10 + (i % 9)}` : undefined,
            }),
          );
        const first = some(120);
        await hand(first);
        const seen: string[] = [];
        for (let after = ''; ;) {
          const { body } = await list(hall, `order=${order}${after}`);
          seen.push(...receiptsOf(body));
          if (!body.next) break;
          expect(body.requests).toHaveLength(50);
          after = `&after=${body.next}`;
          await hand(some(20));
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(first.filter(({ receiptNumber }) => !seen.includes(receiptNumber))).toEqual([]);
      },
    );

    it('puts first what is due first, and last what nobody has to do', async () => {
      const due = [undefined, '2026-06-02', '2026-06-01'];
      const requests = due.map((nextDeadline) => aStatus({ hall: 'urgent', nextDeadline }));
      await hand(requests);
      const { body } = await list('urgent', 'order=urgent');
      expect(receiptsOf(body)).toEqual(requests.toReversed().map(({ receiptNumber }) => receiptNumber));
    });

    it('can be narrowed to what is open, what has ended, and a receipt', async () => {
      const [open, ended] = [
        aStatus({ hall: 'narrow' }),
        aStatus({ hall: 'narrow', jobs: [aJob('water', { state: 'completed' })] }),
      ];
      await hand([open, ended]);
      const shown = async (query: string) => receiptsOf((await list('narrow', query)).body);
      expect(await shown('phase=open')).toEqual([open.receiptNumber]);
      expect(await shown('phase=ended&order=urgent')).toEqual([ended.receiptNumber]);
      expect(await shown(`q=${ended.receiptNumber.slice(0, -2).toLowerCase()}`)).toEqual([
        ended.receiptNumber,
      ]);
      expect(await shown('q=LB37')).toHaveLength(2);
    });

    it.each([
      ['after=garbage', 400, 'bad-cursor'],
      ['after=', 400, 'bad-cursor'],
      ['order=oldest', 422, 'invalid-form'],
      ['q=', 422, 'invalid-form'],
      ['page=2', 422, 'invalid-form'],
    ])('refuses "%s"', async (query, status, code) => {
      const answer = await list('lixia', query);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    });

    it.each([
      ['lower case', (receipt: string) => receipt.toLowerCase()],
      ['no dashes', (receipt: string) => receipt.replaceAll('-', '')],
      ['blanks', (receipt: string) => ` ${receipt.replaceAll('-', ' ')} `],
      ['no LB', (receipt: string) => receipt.slice(2)],
      ['the beginning alone', (receipt: string) => receipt.toLowerCase().slice(0, -3)],
      ['full width', (receipt: string) => receipt.replace('LB', 'ＬＢ').replaceAll('-', '－')],
    ])('is searched for a receipt number written with %s', async (_, write) => {
      const request = aStatus({ hall: 'searched' });
      await hand([request]);
      const q = encodeURIComponent(write(request.receiptNumber));
      const found = await list('searched', `q=${q}`);
      expect(found.body.requests.map(({ receiptNumber }) => receiptNumber)).toContain(request.receiptNumber);
      const one = await call<RequestStatus>(`track/requests/${q}`, await asClerk('searched'));
      if (_ !== 'the beginning alone') expect(one.status).toBe(200);
    });

    it.each(['%25', '_', '%5C', 'LB%25', '%E2%80%8B%25'])('finds nothing that begins with %s', async (q) => {
      await hand([aStatus({ hall: 'searched' })]);
      const { status, body } = await list('searched', `q=${q}`);
      expect([status, body.requests]).toEqual([200, []]);
    });

    it('refuses a cursor of the other order', async () => {
      await hand(Array.from({ length: 51 }, () => aStatus({ hall: 'cursors' })));
      const { next } = (await list('cursors', 'order=urgent')).body;
      expect((await list('cursors', `order=newest&after=${next}`)).body.code).toBe('bad-cursor');
    });
  });

  describe('a live stream', () => {
    interface Sent {
      id?: number;
      status?: RequestStatus;
    }

    /** Reads a stream block by block; a heartbeat is a block without anything. */
    async function subscribe(path: string, headers: Headers = from(), at = address) {
      const stop = new AbortController();
      const answer = await fetch(`${at}/v1/track/${path}`, { headers, signal: stop.signal });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      const next = async (): Promise<Sent | undefined> => {
        while (!text.includes('\n\n')) {
          const { value, done } = await reader.read();
          if (done) return undefined;
          text += value;
        }
        const end = text.indexOf('\n\n');
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const [, id] = /^id: (\d+)$/m.exec(block) ?? [];
        const [, data] = /^data: (.+)$/m.exec(block) ?? [];
        return {
          id: id ? Number(id) : undefined,
          status: data ? (JSON.parse(data) as RequestStatus) : undefined,
        };
      };
      const nextStatus = async (): Promise<Sent | undefined> => {
        for (;;) {
          const sent = await next();
          if (!sent || sent.status) return sent;
        }
      };
      return { answer, next, nextStatus, stop: () => stop.abort() };
    }

    const aSubscribed = async () => {
      const first = aStatus({ jobs: [aJob('water')] });
      await hand([first]);
      const become = (version: number, changes: Partial<JobStatus>) =>
        nextStatus(first, { version, jobs: [aJob('water', changes)] });
      return { ...first, path: `${first.receiptNumber}/events`, become };
    };

    it('begins with the status and goes on with every change, whichever instance gets it', async () => {
      const { path, become } = await aSubscribed();
      const stream = await subscribe(path);
      expect(stream.answer.headers.get('content-type')).toMatch('text/event-stream');
      expect(stream.answer.headers.get('cache-control')).toBe('no-store');
      const first = await stream.nextStatus();
      expect(first!.status!.phase).toBe('registered');
      await hand([become(2, { delivered: true })]);
      const dispatched = await stream.nextStatus();
      expect(dispatched!.status!.phase).toBe('dispatched');
      await hand([become(3, { delivered: true, accepted: true, state: 'accepted' })], second);
      const underWay = await stream.nextStatus();
      expect(underWay!.status!.phase).toBe('under-way');
      expect([first!.id, dispatched!.id, underWay!.id]).toEqual([1, 2, 3]);
      stream.stop();
    });

    it('sends nothing twice: a repeated or older snapshot is no change, and a heartbeat keeps the connection', async () => {
      const { path, become } = await aSubscribed();
      await hand([become(3, { delivered: true })]);
      const stream = await subscribe(path);
      expect((await stream.nextStatus())!.id).toBe(3);
      await hand([become(3, { delivered: true }), become(2, {})]);
      expect(await stream.next()).toEqual({});
      await hand([become(4, { state: 'accepted' })]);
      expect((await stream.nextStatus())!.id).toBe(4);
      stream.stop();
    });

    it('resumes after what the reader has', async () => {
      const { path, become } = await aSubscribed();
      const before = await subscribe(path);
      const { id } = (await before.nextStatus())!;
      before.stop();
      await hand([become(2, { delivered: true })]);
      const after = await subscribe(path, { ...from(), 'last-event-id': String(id) });
      const newer = await after.nextStatus();
      expect(newer!.status!.phase).toBe('dispatched');
      after.stop();
      const again = await subscribe(path, { ...from(), 'last-event-id': String(newer!.id) });
      expect([await again.next(), await again.next()]).toEqual([{}, {}]);
      again.stop();
    });

    it('ends when the request has ended', async () => {
      const { path, become } = await aSubscribed();
      const stream = await subscribe(path);
      await stream.nextStatus();
      await hand([become(2, { state: 'completed' })]);
      expect((await stream.nextStatus())!.status).toMatchObject({
        phase: 'ended',
        endedAt: NOW.toISOString(),
      });
      expect(await stream.nextStatus()).toBeUndefined();
    });

    it('is open to the clerk of the hall by his token', async () => {
      const { receiptNumber } = await aSubscribed();
      const stream = await subscribe(`requests/${receiptNumber}/events`, clerk);
      expect((await stream.nextStatus())!.status!.receiptNumber).toBe(receiptNumber);
      stream.stop();
    });

    it('asks for the code like every endpoint', async () => {
      const { path } = await aSubscribed();
      expect((await call(`track/${path}`, from('WRONG234'))).status).toBe(404);
    });

    it('ends when the service stops, which it does not hold up', async () => {
      const { path } = await aSubscribed();
      const [third, thirdAddress] = await aTracking();
      const stream = await subscribe(path, from(), thirdAddress);
      await stream.nextStatus();
      await third.close();
      expect(await stream.nextStatus()).toBeUndefined();
      expect(stream.answer.headers.get('connection')).toBe('close');
    });

    it('is refused beyond the number that one process holds, until one is closed', async () => {
      const { path } = await aSubscribed();
      const open = () =>
        eventually(async () => {
          const stream = await subscribe(path);
          expect(stream.answer.status).toBe(200);
          return stream;
        });
      const streams = [await open(), await open(), await open(), await open()];
      const refused = await call<{ code: string }>(`track/${path}`, from());
      expect([refused.status, refused.body.code]).toEqual([429, 'too-many-streams']);
      streams[0]!.stop();
      streams.push(await open());
      streams.forEach((stream) => stream.stop());
    });
  });

  describe('a rebuild', () => {
    let operator: Headers;
    const endpoint = 'ops/tracking/rebuild';
    const rebuildStatus = async () => (await call<{ running: boolean }>(endpoint, operator)).body;
    const water = (state: JobStatus['state']) => ({ jobs: [aJob('water', { state, accepted: true })] });

    beforeAll(async () => {
      operator = { authorization: `Bearer ${await issuer.token({ claims: { role: 'operator' } })}` };
      await rows('truncate request_view');
    });

    it('is not for clerks', async () => {
      expect((await call(endpoint, clerk, 'POST')).status).toBe(403);
    });

    it('shows the old generation until the next one is complete, never an older status, and repairs what was wrong', async () => {
      const [sound, broken] = [aStatus({ version: 4, ...water('accepted') }), aStatus()];
      await hand([sound, broken]);
      await rows(`update request_view set body = replace(body, '欧阳**', 'nonsense') where request_id = $1`, [
        broken.requestId,
      ]);
      expect((await read(broken.receiptNumber)).body.applicant).toBe('nonsense');
      const started = await call<{ republish: string[] }>(endpoint, operator, 'POST');
      expect([started.status, started.body.republish]).toEqual([202, ['/v1/ops/routing/republish']]);
      expect((await call<{ code: string }>(endpoint, operator, 'POST')).body.code).toBe('rebuild-running');

      await hand([nextStatus(sound, water('in-progress'))]);
      expect((await read(sound.receiptNumber)).body.parts[0]!.state).toBe('in-progress');
      await hand([sound, broken]);
      await eventually(async () => expect((await rebuildStatus()).running).toBe(false));
      expect((await read(sound.receiptNumber)).body.parts[0]!.state).toBe('in-progress');
      expect((await read(broken.receiptNumber)).body.applicant).toBe('欧阳**');
    });

    it('waits for what is missing or older in the next generation', async () => {
      const old = aStatus({ version: 2, ...water('accepted') });
      const request = nextStatus(old, water('in-progress'));
      await hand([request]);
      const others = (await published()).filter(({ requestId }) => requestId !== request.requestId);
      await call(endpoint, operator, 'POST');
      await hand([...others, old]);
      await eventually(async () =>
        expect(await rows('select 1 from projection where verified_up_to is null')).toHaveLength(1),
      );
      expect(await rebuildStatus()).toMatchObject({ running: true });
      expect((await read(request.receiptNumber)).body.parts[0]!.state).toBe('in-progress');
      await hand([request]);
      await eventually(async () => expect((await rebuildStatus()).running).toBe(false));
      expect((await read(request.receiptNumber)).body.parts[0]!.state).toBe('in-progress');
    });

    it('is complete while statuses flow, and loses none of them', async () => {
      const requests = Array.from({ length: 30 }, () => aStatus());
      await hand(requests);
      const before = await published();
      await call(endpoint, operator, 'POST');
      await Promise.all([
        hand(before, second),
        ...requests.map((each) => hand([nextStatus(each, water('in-progress'))])),
      ]);
      await eventually(async () => expect((await rebuildStatus()).running).toBe(false));
      for (const { receiptNumber } of requests)
        expect((await read(receiptNumber)).body).toMatchObject({ revision: 2, phase: 'under-way' });
    });

    it('can be abandoned, which is kept as an act, and what is shown stays', async () => {
      const request = aStatus();
      await hand([request]);
      await call(endpoint, operator, 'POST');
      expect((await call(endpoint, operator, 'DELETE')).status).toBe(204);
      expect(await rebuildStatus()).toEqual({ running: false });
      expect((await read(request.receiptNumber)).status).toBe(200);
      const { body } = await call<{ acts: { act: string }[] }>(endpoint.replace('rebuild', 'acts'), operator);
      expect(body.acts.slice(0, 2)).toMatchObject([{ act: 'DELETE rebuild' }, { act: 'rebuild' }]);
    });

    /** What routing would publish again. */
    async function published(): Promise<RequestStatusChanged[]> {
      const kept = await rows<{ body: string; queryCodeHash: string }>(
        `select body, code_hash as "queryCodeHash" from request_view
         where generation = (select generation from projection)`,
      );
      return kept.map(({ body, queryCodeHash }) =>
        Object.assign(new RequestStatusChanged(), JSON.parse(body), { queryCodeHash, facts: [] }),
      );
    }
  });

  describe('at fifty thousand requests', () => {
    beforeAll(async () => {
      await rows(`insert into request_view (generation, request_id, version, receipt_number, hall, code_hash,
          registered_at, next_deadline, ended, body)
        select (select generation from projection), gen_random_uuid(), 1, 'LBX-' || n, 'hall-' || n % 5, repeat('0', 64),
          timestamptz '2026-01-01' + n * interval '1 minute',
          case when n % 10 > 0 then 'infinity' else date '2026-05-01' + n % 90 end, n % 10 > 0, '{}'
        from generate_series(1, 50000) n`);
      await rows('analyze request_view');
    });

    const planOf = async (sql: string, values: unknown[]): Promise<string> =>
      (await rows<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off) ${sql}`, values))
        .map((row) => row['QUERY PLAN'])
        .filter((line) => !line.includes('never executed'))
        .join('\n');
    const scanned = (plan: string): number[] =>
      [...plan.matchAll(/Scan (?:.* )?on request_view.*actual rows=([\d.]+) loops=(\d+)/g)].map(
        ([, count, loops]) => Number(count) * Number(loops),
      );
    const inVain = (plan: string): number[] =>
      [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, count]) => Number(count));

    const after = { at: '2026-02-01T00:00:00.000Z', requestId: randomUUID() };
    it.each([
      ['a status', findRequestViews('receipt_number = $1'), ['LBX-777']],
      ['the newest', listRequests({ order: 'newest', phase: 'all' }), ['hall-3', 51]],
      [
        'the newest further on',
        listRequests({ order: 'newest', phase: 'all', after: 'x' }),
        ['hall-3', 51, after.at, after.requestId],
      ],
      ['the newest open ones', listRequests({ order: 'newest', phase: 'open' }), ['hall-0', 51]],
      ['the most urgent', listRequests({ order: 'urgent', phase: 'open' }), ['hall-0', 51]],
      [
        'the most urgent further on',
        listRequests({ order: 'urgent', phase: 'open', after: 'x' }),
        ['hall-0', 51, '2026-06-01', after.requestId],
      ],
      [
        'a receipt',
        listRequests({ order: 'newest', phase: 'all', q: 'x' }),
        ['hall-2', 51, 'LBX-777%', 'LBX-778%'],
      ],
    ])('finds %s by an index, reading little more than it shows', async (_, sql, values) => {
      const plan = await planOf(sql, values);
      expect(plan).not.toMatch(/Seq Scan on request_view/);
      expect(scanned(plan).length).toBeGreaterThan(0);
      expect(Math.max(...scanned(plan))).toBeLessThanOrEqual(51 * 2);
      expect(Math.max(0, ...inVain(plan))).toBeLessThanOrEqual(51);
    });
  });
});
