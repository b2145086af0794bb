import { createHash, randomUUID } from 'node:crypto';
import { DecisionMade, JobProgressed, PHASES, RequestChanged, type RequestEvent } from '@lianban/contracts';
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
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { listRequests } from './board/list-requests.js';
import { Remember } from './snapshots/remember.js';
import { findTracked } from './status/find-tracked.js';
import type { RequestStatus } from './status/request-status.js';
import { aDecision, aJobDecision, aPart, aProgress, aRequest, CODE } from './tracking.mother.js';
import { TrackingModule } from './tracking.module.js';

interface Board {
  requests: (Pick<RequestStatus, 'receiptNumber' | 'phase'> & { nextDueDate?: string })[];
  next?: string;
}
type Service = Awaited<ReturnType<typeof createService>>;
type Headers = Record<string, string>;

const NOW = new Date('2026-05-20T02:00:00Z');

describe('tracking', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let publishers: Record<'intake' | 'routing' | 'adapter', Awaited<ReturnType<typeof make>>>;
  let app: Service;
  let address: string;
  let second: Service;
  let secondAddress: string;
  let clerk: Headers;
  let now = NOW;

  const envOf = (service: string) => ({
    ...issuer.env,
    PORT: '0',
    DATABASE_URL: database.urlOf(service),
    DATABASE_POOL: '5',
    TRUST_PROXY: 'true',
    STREAMS: '4',
    WATCH_INTERVAL: '50',
    HEARTBEAT: '50',
    REBUILD_INTERVAL: '50',
  });

  async function aTracking(env: Headers = {}): Promise<[Service, string]> {
    const logger = Log.to({ write: () => {} });
    const service = await createService(TrackingModule, {
      env: { ...envOf('tracking'), ...env },
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
    publishers = {
      intake: await make({ module: Intake, env: envOf('intake') }),
      routing: await make({ module: Routing, env: envOf('routing') }),
      adapter: await make({ module: Water, env: envOf('adapter-water') }),
    };
    await Promise.all(Object.values(publishers).map((publisher) => publisher.init()));
    const first = await make({ module: TrackingModule as typeof Intake, env: envOf('tracking') });
    await first.close();
    [app, address] = await aTracking();
    [second, secondAddress] = await aTracking();
    clerk = await asClerk('lixia');
  });

  afterAll(async () => {
    await Promise.all([app, second, ...Object.values(publishers)].map((service) => service?.close()));
    await issuer.stop();
    await database.drop();
  });

  const asClerk = async (hall: string): Promise<Headers> => ({
    authorization: `Bearer ${await issuer.token({ claims: { role: 'clerk', hall } })}`,
  });
  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);

  const publish = (by: keyof typeof publishers, ...events: RequestEvent[]) =>
    publishers[by].get(Transaction).run(async (work) => work.publish(events));

  /** Hands a chunk to the handlers as a transport does. */
  const hand = (events: readonly RequestEvent[], to = app) =>
    to
      .get(Transaction)
      .run((work) => to.get(Remember).handle(events as Parameters<Remember['handle']>[0], work));

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

  describe('a status', () => {
    it('is what intake, the adapters and routing said last', async () => {
      const request = aRequest();
      const { requestId, receiptNumber } = request;
      await publish(
        'adapter',
        aProgress(requestId, 'water', { version: 2, state: 'accepted', accepted: true }),
      );
      await publish('routing', aDecision(requestId));
      await publish('intake', request);
      const { body, status, headers } = await eventually(async () => {
        const answer = await read(receiptNumber);
        expect(answer.body).toMatchObject({ phase: 'under-way', nextDueDate: '2026-05-27' });
        return answer;
      });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.parts.map(({ utility, state }) => [utility, state])).toEqual([
        ['water', 'accepted'],
        ['gas', 'placed'],
      ]);
    });

    it('is not there before intake has told of the request', async () => {
      const { requestId, receiptNumber } = aRequest();
      await hand([aProgress(requestId, 'water'), aDecision(requestId)]);
      expect((await read(receiptNumber)).status).toBe(404);
    });

    it('is the same whatever the order in which it was heard, and its phase never goes back', async () => {
      const story = (requestId: string, receiptNumber: string): RequestEvent[] => [
        aRequest({ requestId, receiptNumber }),
        aRequest({
          requestId,
          receiptNumber,
          version: 2,
          parts: [aPart('water'), aPart('gas', { withdrawn: true })],
        }),
        aDecision(requestId),
        aDecision(requestId, {
          version: 2,
          jobs: [aJobDecision('water', { attempt: 2 }), aJobDecision('gas')],
        }),
        aDecision(requestId, {
          version: 3,
          nextDueDate: undefined,
          endedAt: '2026-05-18T02:00:00.000Z',
          jobs: [aJobDecision('water', { attempt: 2 }), aJobDecision('gas', { withdrawnByApplicant: true })],
        }),
        aProgress(requestId, 'water', {
          version: 7,
          delivered: true,
          state: 'held',
          reason: 'not-ours',
          holder: 'hall',
        }),
        aProgress(requestId, 'water', { attempt: 2, version: 8, delivered: true }),
        aProgress(requestId, 'water', {
          attempt: 2,
          version: 9,
          delivered: true,
          accepted: true,
          state: 'completed',
        }),
        aProgress(requestId, 'gas', { version: 1, delivered: true }),
        aProgress(requestId, 'gas', {
          version: 2,
          delivered: true,
          state: 'cancelled',
          withdrawal: 'agreed',
        }),
      ];
      const twice = fc.shuffledSubarray([...Array(20).keys()], { minLength: 20 });
      const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 20, maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(twice, sizes, async (order, chunks) => {
          const { requestId, receiptNumber } = aRequest();
          const events = story(requestId, receiptNumber);
          const heard = order.map((index) => events[index % events.length]!);
          const phases: number[] = [];
          for (const size of chunks) {
            await hand(heard.splice(0, size));
            const { body } = await read(receiptNumber);
            if (body.phase) phases.push(PHASES.indexOf(body.phase));
          }
          expect(phases).toEqual(phases.toSorted((a, b) => a - b));
          expect((await read(receiptNumber)).body).toMatchObject({
            phase: 'ended',
            outcome: 'completed',
            endedAt: '2026-05-18T02:00:00.000Z',
            parts: [
              { utility: 'water', state: 'completed' },
              { utility: 'gas', state: 'cancelled', withdrawal: { status: 'agreed' } },
            ],
          });
        }),
        { numRuns: 25 },
      );
    });

    it('survives that all sources of one request are heard at the same moment', async () => {
      const requests = Array.from({ length: 20 }, () => aRequest());
      const ids = requests.map(({ requestId }) => requestId);
      await Promise.all([
        hand(requests),
        hand(
          ids.map((id) => aDecision(id, { endedAt: '2026-05-20T02:00:00.000Z' })),
          second,
        ),
        hand(ids.toReversed().map((id) => aProgress(id, 'gas', { state: 'completed', accepted: true }))),
        hand(
          ids.map((id) => aProgress(id, 'water', { state: 'completed', accepted: true })),
          second,
        ),
      ]);
      const found = await rows<object>(
        `select ended, next_due_date::text as due, hall from tracked_request where request_id = any($1::uuid[])`,
        [ids],
      );
      expect(found).toEqual(ids.map(() => ({ ended: true, due: '2026-05-27', hall: 'lixia' })));
    });
  });

  describe('a query code', () => {
    const aTrackedReceipt = async (): Promise<string> => {
      const request = aRequest();
      await hand([request]);
      return request.receiptNumber;
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
      const request = aRequest({ queryCodeHash: createHash('sha256').update('ALLD2345').digest('hex') });
      await hand([request]);
      expect((await read(request.receiptNumber, from('a1id2345'))).status).toBe(200);
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
        WRONG_GUESSES_OF_ADDRESS: '3',
        GUESS_EXCEPTED_ADDRESSES: '10.77.0.0/16, 2001:db8::/32',
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
        const old = await rows('select 1 from wrong_code where last_at < $1', [NOW]);
        expect(old.length).toBeLessThan(20);
      });
    });
  });

  describe("the list of a clerk's hall", () => {
    const list = async (hall: string, query = '') =>
      call<Board & { code?: string }>(`track/requests?${query}`, await asClerk(hall));
    const receiptsOf = ({ requests }: Board) => requests.map(({ receiptNumber }) => receiptNumber);

    it('holds nothing of another hall, and neither does any other door', async () => {
      const [own, foreign] = [aRequest({ hall: 'huaiyin' }), aRequest({ hall: 'elsewhere' })];
      await hand([own, foreign]);
      expect(receiptsOf((await list('huaiyin')).body)).toEqual([own.receiptNumber]);
      const path = `track/requests/${foreign.receiptNumber}`;
      for (const door of [path, `${path}/events`])
        expect((await call<{ code: string }>(door, clerk)).body.code).toBe('no-such-thing');
    });

    it('is not for officers, and not for anybody', async () => {
      const officer = await issuer.token({ claims: { role: 'officer', provider: 'jinan-gas' } });
      expect((await call('track/requests', { authorization: `Bearer ${officer}` })).status).toBe(403);
      expect((await call('track/requests', from())).status).toBe(401);
    });

    it('shows of each request who, what, how it stands and when somebody must act', async () => {
      const request = aRequest({ hall: 'rows' });
      await hand([
        request,
        aDecision(request.requestId),
        aProgress(request.requestId, 'gas', { state: 'waiting', delivered: true, accepted: true }),
      ]);
      expect((await list('rows')).body).toEqual({
        requests: [
          {
            receiptNumber: request.receiptNumber,
            applicant: '欧阳**',
            matter: { code: 'JOINT_NEW', name: expect.any(String) },
            phase: 'under-way',
            text: expect.any(String) as string,
            attention: 'applicant',
            nextDueDate: '2026-05-27',
            registeredAt: request.registeredAt,
            parts: [
              { utility: 'water', name: '供水', state: 'placed', stateText: '待受理' },
              { utility: 'gas', name: '燃气', state: 'waiting', stateText: '待您办理' },
            ],
          },
        ],
      });
    });

    it('shows what the applicant reads', async () => {
      const request = aRequest();
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
            aRequest({ hall, registeredAt: `2026-05-11T02:${String(i % 40).padStart(2, '0')}:00.000Z` }),
          );
        const first = some(120);
        await hand(first);
        await hand(
          first
            .slice(0, 70)
            .map(({ requestId }, i) => aDecision(requestId, { nextDueDate: `2026-06-${10 + (i % 9)}` })),
        );
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
      const [none, late, soon] = [1, 2, 3].map(() => aRequest({ hall: 'urgent' })) as [
        RequestChanged,
        RequestChanged,
        RequestChanged,
      ];
      await hand([none, late, soon]);
      await hand([
        aDecision(late.requestId, { nextDueDate: '2026-06-02' }),
        aDecision(soon.requestId, { nextDueDate: '2026-06-01' }),
      ]);
      const { body } = await list('urgent', 'order=urgent');
      expect(receiptsOf(body)).toEqual([soon, late, none].map(({ receiptNumber }) => receiptNumber));
    });

    it('can be narrowed to what is open, what has ended, and a receipt', async () => {
      const [open, ended] = [
        aRequest({ hall: 'narrow' }),
        aRequest({ hall: 'narrow', parts: [aPart('water')] }),
      ];
      await hand([open, ended, aDecision(ended.requestId, { endedAt: '2026-05-20T02:00:00.000Z' })]);
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
      const request = aRequest({ hall: 'searched' });
      await hand([request]);
      const q = encodeURIComponent(write(request.receiptNumber));
      const found = await list('searched', `q=${q}`);
      expect(found.body.requests.map(({ receiptNumber }) => receiptNumber)).toContain(request.receiptNumber);
      const one = await call<RequestStatus>(`track/requests/${q}`, await asClerk('searched'));
      if (_ !== 'the beginning alone') expect(one.status).toBe(200);
    });

    it.each(['%25', '_', '%5C', 'LB%25', '%E2%80%8B%25'])('finds nothing that begins with %s', async (q) => {
      await hand([aRequest({ hall: 'searched' })]);
      const { status, body } = await list('searched', `q=${q}`);
      expect([status, body.requests]).toEqual([200, []]);
    });

    it('refuses a cursor of the other order', async () => {
      await hand(Array.from({ length: 51 }, () => aRequest({ hall: 'cursors' })));
      const { next } = (await list('cursors', 'order=urgent')).body;
      expect((await list('cursors', `order=newest&after=${next}`)).body.code).toBe('bad-cursor');
    });
  });

  describe('a live stream', () => {
    interface Told {
      id?: number;
      status?: RequestStatus;
    }

    /** Reads a stream block by block; a heartbeat is a block without anything. */
    async function follow(path: string, headers: Headers = from(), at = address) {
      const stop = new AbortController();
      const answer = await fetch(`${at}/v1/track/${path}`, { headers, signal: stop.signal });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      const next = async (): Promise<Told | undefined> => {
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
      const nextStatus = async (): Promise<Told | undefined> => {
        for (;;) {
          const told = await next();
          if (!told || told.status) return told;
        }
      };
      return { answer, next, nextStatus, stop: () => stop.abort() };
    }

    const aFollowed = async () => {
      const request = aRequest({ parts: [aPart('water')] });
      await hand([request]);
      const progress = (version: number, changes: Partial<JobProgressed> = {}) =>
        aProgress(request.requestId, 'water', { version, ...changes });
      return { ...request, path: `${request.receiptNumber}/events`, progress };
    };

    it('begins with the status and goes on with every change, whichever instance hears of it', async () => {
      const { path, progress } = await aFollowed();
      const stream = await follow(path);
      expect(stream.answer.headers.get('content-type')).toMatch('text/event-stream');
      expect(stream.answer.headers.get('cache-control')).toBe('no-store');
      const first = await stream.nextStatus();
      expect(first!.status!.phase).toBe('registered');
      await hand([progress(1, { delivered: true })]);
      const dispatched = await stream.nextStatus();
      expect(dispatched!.status!.phase).toBe('dispatched');
      await hand([progress(2, { delivered: true, accepted: true, state: 'accepted' })], second);
      const underWay = await stream.nextStatus();
      expect(underWay!.status!.phase).toBe('under-way');
      expect([first!.id! < dispatched!.id!, dispatched!.id! < underWay!.id!]).toEqual([true, true]);
      stream.stop();
    });

    it('says nothing twice: a repeated word is no news, and a heartbeat keeps the line', async () => {
      const { path, progress } = await aFollowed();
      await hand([progress(2, { delivered: true })]);
      const stream = await follow(path);
      const { id } = (await stream.nextStatus())!;
      await hand([progress(2, { delivered: true }), progress(1)]);
      expect(await stream.next()).toEqual({});
      await hand([progress(3, { state: 'accepted' })]);
      expect((await stream.nextStatus())!.id).toBeGreaterThan(id!);
      stream.stop();
    });

    it('resumes after what the reader has', async () => {
      const { path, progress } = await aFollowed();
      const before = await follow(path);
      const { id } = (await before.nextStatus())!;
      before.stop();
      await hand([progress(1, { delivered: true })]);
      const after = await follow(path, { ...from(), 'last-event-id': String(id) });
      const newer = await after.nextStatus();
      expect(newer!.status!.phase).toBe('dispatched');
      after.stop();
      const again = await follow(path, { ...from(), 'last-event-id': String(newer!.id) });
      expect([await again.next(), await again.next()]).toEqual([{}, {}]);
      again.stop();
    });

    it('ends when the request has ended and routing has had the last word', async () => {
      const { path, requestId, progress } = await aFollowed();
      const stream = await follow(path);
      await stream.nextStatus();
      await hand([progress(1, { state: 'completed' })]);
      expect((await stream.nextStatus())!.status!.phase).toBe('ended');
      await hand([aDecision(requestId, { endedAt: NOW.toISOString(), nextDueDate: undefined })]);
      expect((await stream.nextStatus())!.status!.endedAt).toBe(NOW.toISOString());
      expect(await stream.nextStatus()).toBeUndefined();
    });

    it('is open to the clerk of the hall by his token', async () => {
      const { receiptNumber } = await aFollowed();
      const stream = await follow(`requests/${receiptNumber}/events`, clerk);
      expect((await stream.nextStatus())!.status!.receiptNumber).toBe(receiptNumber);
      stream.stop();
    });

    it('asks for the code like every door', async () => {
      const { path } = await aFollowed();
      expect((await call(`track/${path}`, from('WRONG234'))).status).toBe(404);
    });

    it('ends when the service stops, which it does not hold up', async () => {
      const { path } = await aFollowed();
      const [third, thirdAddress] = await aTracking();
      const stream = await follow(path, from(), thirdAddress);
      await stream.nextStatus();
      await third.close();
      expect(await stream.nextStatus()).toBeUndefined();
      expect(stream.answer.headers.get('connection')).toBe('close');
    });

    it('is refused beyond the number that one process holds, until one is closed', async () => {
      const { path } = await aFollowed();
      const open = () =>
        eventually(async () => {
          const stream = await follow(path);
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
    const door = 'ops/tracking/rebuild';
    const standing = async () => (await call<{ running: boolean }>(door, operator)).body;

    beforeAll(async () => {
      operator = { authorization: `Bearer ${await issuer.token({ claims: { role: 'operator' } })}` };
      await rows('truncate tracked_request, snapshot');
    });

    it('is not for clerks', async () => {
      expect((await call(door, clerk, 'POST')).status).toBe(403);
    });

    it('shows the old tables until the new ones are whole, never an older status, and mends what was wrong', async () => {
      const [sound, broken] = [aRequest({ parts: [aPart('water')] }), aRequest({ parts: [aPart('water')] })];
      const water = (version: number, state: JobProgressed['state']) =>
        aProgress(sound.requestId, 'water', { version, state, accepted: true });
      await hand([sound, broken, water(4, 'accepted')]);
      await rows(
        `update snapshot set body = body || '{"applicantMasked": "nonsense"}' where request_id = $1`,
        [broken.requestId],
      );
      const started = await call<{ republish: string[] }>(door, operator, 'POST');
      expect(started.status).toBe(202);
      expect(started.body.republish).toContain('/v1/ops/intake/republish');
      expect(started.body.republish).toContain('/v1/ops/adapter-heat/republish');
      expect((await call<{ code: string }>(door, operator, 'POST')).body.code).toBe('rebuild-running');

      await hand([water(5, 'in-progress')]);
      await publish('intake', sound, broken);
      await eventually(async () => {
        expect((await read(sound.receiptNumber)).body.parts[0]!.state).toBe('in-progress');
        expect((await standing()).running).toBe(false);
      });
      expect((await read(sound.receiptNumber)).body.parts[0]!.state).toBe('in-progress');
      expect((await read(broken.receiptNumber)).body.applicant).toBe('欧阳**');
    });

    it('waits for the owner of what is missing or older in the new tables', async () => {
      const request = aRequest();
      const late = aProgress(request.requestId, 'gas', { version: 3, state: 'accepted' });
      await hand([request, late]);
      await call(door, operator, 'POST');
      await hand((await everything()).filter((event) => event.requestId !== request.requestId));
      await hand([request, aProgress(request.requestId, 'gas', { version: 2 })]);
      await eventually(async () =>
        expect(await rows('select 1 from projection where covered_up_to is null')).toHaveLength(1),
      );
      expect(await standing()).toMatchObject({ running: true });
      expect((await read(request.receiptNumber)).body.parts[1]!.state).toBe('accepted');
      await hand([late]);
      await eventually(async () => expect((await standing()).running).toBe(false));
      expect((await read(request.receiptNumber)).body.parts[1]!.state).toBe('accepted');
    });

    it('can be given up, and what is shown stays', async () => {
      const request = aRequest();
      await hand([request]);
      await call(door, operator, 'POST');
      expect((await call(door, operator, 'DELETE')).status).toBe(204);
      expect(await standing()).toEqual({ running: false });
      expect((await read(request.receiptNumber)).status).toBe(200);
    });

    /** What the owners would say again. */
    async function everything(): Promise<RequestEvent[]> {
      const kept = await rows<{ source: string; body: RequestEvent }>(
        'select source, body from snapshot where half = (select current from projection)',
      );
      const kinds: Record<string, new () => RequestEvent> = {
        request: RequestChanged,
        decision: DecisionMade,
      };
      return kept.map(({ source, body }) => Object.assign(new (kinds[source] ?? JobProgressed)(), body));
    }
  });

  describe('at fifty thousand requests', () => {
    beforeAll(async () => {
      await rows(`insert into tracked_request (half, request_id, receipt, hall, code_hash, registered_at, next_due_date, ended)
        select (select current from projection), gen_random_uuid(), 'LBX-' || n, 'hall-' || n % 5, repeat('0', 64),
          timestamptz '2026-01-01' + n * interval '1 minute', case when n % 10 > 0 then 'infinity' else date '2026-05-01' + n % 90 end, n % 10 > 0
        from generate_series(1, 50000) n`);
      await rows(`insert into snapshot (half, request_id, source, attempt, version, body)
        select half, request_id, s, 1, 1, '{}' from tracked_request cross join unnest('{request,decision,water,gas}'::text[]) s
        where receipt like 'LBX-%'`);
      await rows('analyze tracked_request');
      await rows('analyze snapshot');
    });

    const planOf = async (sql: string, values: unknown[]): Promise<string> =>
      (await rows<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off) ${sql}`, values))
        .map((row) => row['QUERY PLAN'])
        .filter((line) => !line.includes('never executed'))
        .join('\n');
    const scanned = (plan: string): number[] =>
      [
        ...plan.matchAll(/Scan (?:.* )?on (?:tracked_request|snapshot).*actual rows=([\d.]+) loops=(\d+)/g),
      ].map(([, count, loops]) => Number(count) * Number(loops));
    const inVain = (plan: string): number[] =>
      [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, count]) => Number(count));

    const after = { at: '2026-02-01T00:00:00.000Z', requestId: randomUUID() };
    it.each([
      ['a status', findTracked('t.receipt = $1'), ['LBX-777']],
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
      expect(plan).not.toMatch(/Seq Scan on (tracked_request|snapshot)/);
      expect(scanned(plan).length).toBeGreaterThan(1);
      expect(Math.max(...scanned(plan))).toBeLessThanOrEqual(51 * 4);
      expect(Math.max(0, ...inVain(plan))).toBeLessThanOrEqual(51);
    });
  });
});
