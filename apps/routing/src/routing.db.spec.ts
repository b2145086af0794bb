import { randomUUID } from 'node:crypto';
import { Catalogue } from '@lianban/catalogue';
import { CalendarNotices } from '@lianban/catalogue/module';
import {
  UTILITIES,
  type JobProgressed,
  type JobDesired,
  type RequestEvent,
  type RequestStatusChanged,
} from '@lianban/contracts';
import { eventTransport, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, Metrics, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  eventually,
  Intake,
  createTestService,
  NOTICE_OF_2027,
  outboxEvents,
  type TestDatabase,
  TestIssuer,
  Water,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { aDossier, aPart, aProgress, noonOf } from './requests/routed-request.mother.js';
import { EnforceDeadlines } from './requests/enforce-deadlines.js';
import { RecountPromises } from './requests/recount-promises.js';
import { RoutingModule } from './routing.module.js';

type Service = Awaited<ReturnType<typeof createTestService>>;

describe('routing', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let intake: Service;
  let adapter: Service;
  let app: Awaited<ReturnType<typeof createService>>;
  let address: string;
  let now: Date;
  const lines: string[] = [];

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const env = (service: string) => ({
      ...issuer.env,
      PORT: '0',
      DATABASE_URL: database.urlOf(service),
      DEADLINE_CHECK_MS: '3600000',
    });
    intake = await createTestService({ module: Intake, env: env('intake') });
    adapter = await createTestService({ module: Water, env: env('adapter-water') });
    await Promise.all([intake.init(), adapter.init()]);
    const logger = Log.to({ write: (line: string) => lines.push(line) });
    app = await createService(RoutingModule, { env: env('routing'), transport: eventTransport, logger });
    address = await startListening(app);
    app.get(Clock).now = () => now;
  });

  beforeEach(() => (now = noonOf('2026-05-11')));

  afterAll(async () => {
    await Promise.all([app, intake, adapter].map((service) => service?.close()));
    await issuer?.stop();
    await database?.drop();
  });

  const rows = <T>(sql: string, values: unknown[] = []) => app.get(DataSource).query<T[]>(sql, values);

  /** Publishes it as its publisher does, and waits until routing has handled it. */
  async function hear(by: Service, ...events: RequestEvent[]): Promise<void> {
    await by.get(Transaction).run(async ({ publish }) => publish(events));
    await eventually(async () => expect(await by.get(DataSource).query('select id from outbox')).toEqual([]));
  }

  const said = async <E>(requestId: string, topic: string): Promise<E[]> => {
    const sql = `select body from ${outboxEvents()} where key = $1 and topic like $2`;
    const found = await rows<{ body: string }>(sql, [requestId, topic]);
    return found.map(({ body }) => JSON.parse(body) as E);
  };
  const desired = (requestId: string) => said<JobDesired>(requestId, 'jobs.%');
  const statuses = (requestId: string) => said<RequestStatusChanged>(requestId, 'status');

  async function aRequest(...utilities: (typeof UTILITIES)[number][]): Promise<string> {
    const requestId = randomUUID();
    await hear(intake, aDossier({ requestId, parts: utilities.map((utility) => aPart(utility)) }));
    return requestId;
  }

  const progress = (requestId: string, changes: Partial<JobProgressed>) =>
    hear(adapter, aProgress({ requestId, ...changes }));

  it('makes of a dossier a desired state for each utility, once, however often it comes', async () => {
    const requestId = randomUUID();
    const dossier = aDossier({ requestId, parts: UTILITIES.map((utility) => aPart(utility)) });
    await hear(intake, dossier);
    await hear(intake, dossier);
    await hear(intake, Object.assign(dossier, { version: 2 }));
    const wanted = await desired(requestId);
    expect(wanted.map(({ utility, version }) => [utility, version])).toEqual(
      UTILITIES.map((utility) => [utility, 1]),
    );
    expect(await statuses(requestId)).toMatchObject([
      { version: 1, phase: 'registered', nextDeadline: '2026-05-27' },
      { version: 2 },
    ]);
  });

  it('counts the requests that run by how long ago they were registered', async () => {
    // Of earlier tests; a random id may look as old as any.
    await rows('update routed_request set ended_at = now()');
    const registered = (Date.now() - 6 * 86_400_000).toString(16).padStart(12, '0');
    const requestId = `${registered.slice(0, 8)}-${registered.slice(8)}-7000-8000-${randomUUID().slice(-12)}`;
    await hear(intake, aDossier({ requestId, parts: [aPart('water')] }));
    const text = await app.get(Metrics).registry.metrics();
    const countOf = (days: number): string | undefined =>
      new RegExp(`lianban_open_requests\\{older_than_days="${days}".*\\} (\\d+)`).exec(text)?.[1];
    expect([0, 5, 10].map(countOf)).toEqual(['1', '1', '0']);
  });

  it('says that a request has ended when the last of its five jobs has', async () => {
    const requestId = await aRequest(...UTILITIES);
    for (const utility of UTILITIES) {
      const provider = aPart(utility).provider;
      await progress(requestId, { utility, provider, state: 'in-progress' });
      await progress(requestId, { utility, provider, version: 2, state: 'completed' });
    }
    const made = await statuses(requestId);
    expect(made.map(({ version }) => version)).toEqual(made.map((_, index) => index + 1));
    expect(made).toHaveLength(11);
    expect(made.map(({ endedAt }) => endedAt)).toEqual([
      ...Array<undefined>(10).fill(undefined),
      now.toISOString(),
    ]);
  });

  it('reminds in time, lapses in time, and does nothing twice', async () => {
    const requestId = await aRequest('water', 'gas');
    await progress(requestId, { state: 'waiting', holder: 'applicant', holderDeadline: '2026-05-18' });
    const lookOn = async (date: string) => {
      now = noonOf(date);
      await app.get(EnforceDeadlines).execute();
      return (await statuses(requestId)).slice(2);
    };
    expect(await lookOn('2026-05-14')).toEqual([]);
    expect(await lookOn('2026-05-15')).toMatchObject([{ facts: [{}, { id: 'reminder:water:2026-05-18' }] }]);
    expect(await lookOn('2026-05-18')).toHaveLength(1);
    expect((await lookOn('2026-05-19')).slice(1)).toMatchObject([
      { jobs: [{ deadlineOutcome: 'auto-cancelled' }, {}] },
    ]);
    expect(await lookOn('2026-05-19')).toHaveLength(2);
    expect((await desired(requestId)).slice(2)).toMatchObject([
      { utility: 'water', version: 2, cancelReason: 'lapsed' },
    ]);
  });

  describe('a re-route', () => {
    const operator = { role: 'operator' };
    const officerOf = (provider: string) => ({ role: 'officer', provider });

    async function post(
      claims: Record<string, string>,
      path: string,
      provider = 'zibo-water',
      reason = 'not-ours',
    ) {
      const answer = await fetch(`${address}/v1/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await issuer.token({ claims })}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ provider, reason }),
      });
      const text = await answer.text();
      return { status: answer.status, ...(text && { code: JSON.parse(text).code as string }) };
    }
    const ops = (id: string, utility = 'water') => `ops/routing/requests/${id}/jobs/${utility}/reroute`;
    const notOurs = (id: string, utility = 'water') => `routing/requests/${id}/jobs/${utility}/not-ours`;

    it.each([
      ['an operator', operator, ops],
      ['an officer of the provider that has it', officerOf('jinan-water'), notOurs],
    ])('by %s is wanted of the other provider and said', async (_, claims, door) => {
      const id = await aRequest('water');
      expect(await post(claims, door(id))).toEqual({ status: 202 });
      expect((await desired(id)).at(-1)).toMatchObject({ provider: 'zibo-water', attempt: 2, version: 2 });
      expect((await statuses(id)).at(-1)).toMatchObject({
        version: 2,
        jobs: [{ provider: 'zibo-water', attempt: 2, reroutedFor: 'not-ours' }],
      });
    });

    it('finds the request by its id in upper case', async () => {
      const id = await aRequest('water');
      expect(await post(operator, ops(id.toUpperCase()))).toEqual({ status: 202 });
    });

    it("by another provider's officer finds nothing, not even that the job is there", async () => {
      const id = await aRequest('water', 'gas');
      const nothing = await post(officerOf('jinan-gas'), notOurs(randomUUID()));
      expect(nothing.status).toBe(404);
      expect(await post(officerOf('zibo-water'), notOurs(id))).toEqual(nothing);
      expect(await post(officerOf('jinan-gas'), notOurs(id))).toEqual(nothing);
      expect(await desired(id)).toHaveLength(2);
    });

    it('at the door of another role is not let in', async () => {
      const id = await aRequest('water');
      expect(await post(officerOf('jinan-water'), ops(id))).toMatchObject({ status: 403 });
      expect(await post(operator, notOurs(id))).toMatchObject({ status: 403 });
      expect(await desired(id)).toHaveLength(1);
    });

    it.each([
      ['of an unknown utility', 'steam', 'zibo-water', 404],
      ['of a utility that is not in it', 'gas', 'zibo-gas', 404],
      ['to a provider of another utility', 'water', 'zibo-gas', 422],
      ['to what is no provider id', 'water', 'Zibo!', 422],
    ])('%s is refused', async (_, utility, provider, status) => {
      const id = await aRequest('water');
      expect(await post(operator, ops(id, utility), provider)).toMatchObject({ status });
      expect(await desired(id)).toHaveLength(1);
    });

    it('of a job that has ended comes too late', async () => {
      const id = await aRequest('water');
      await progress(id, { state: 'completed' });
      expect(await post(operator, ops(id))).toEqual({ status: 409, code: 'already-ended' });
    });
  });

  describe('the notice of a year', () => {
    const calendar = async (notice?: object) => {
      const answer = await fetch(`${address}/v1/ops/routing/calendar`, {
        method: notice ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${await issuer.token({ claims: { role: 'operator' } })}`,
          'content-type': 'application/json',
          'accept-language': 'en',
        },
        ...(notice && { body: JSON.stringify(notice) }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    beforeEach(() => (now = noonOf('2026-11-27')));

    it('that is wrong is refused with everything wrong in it, and nothing is taken', async () => {
      const before = await calendar();
      const wrong = { ...NOTICE_OF_2027, off: ['01-01', '02-05..02-13'], makeUp: ['01-11'] };
      const { status, body } = await calendar(wrong);
      expect(status).toBe(422);
      expect(body.errors).toContainEqual({
        pointer: '/off',
        code: 'wrong-notice',
        detail: 'The notice is wrong: 2027-04-05 is a statutory holiday and not off.',
      });
      expect(body.errors).toContainEqual(expect.objectContaining({ pointer: '/makeUp/0' }));
      for (const year of [2025, 2028])
        expect((await calendar({ ...NOTICE_OF_2027, year })).body.errors).toContainEqual(
          expect.objectContaining({ pointer: '/year' }),
        );
      expect(await calendar()).toEqual(before);
      expect(before.body).toMatchObject({ announcedUntil: '2026-12-31', daysLeft: 34 });
    });

    it('that is missing is asked for in time, by a metric and by one warning a day', async () => {
      const metrics = await (await fetch(`${address}/metrics`)).text();
      expect(metrics).toContain(
        `lianban_calendar_last_day_timestamp_seconds{service="routing"} ${Date.parse('2026-12-31') / 1_000}`,
      );
      lines.length = 0;
      const warnings = () => lines.filter((line) => line.includes('import the notice of the next year'));
      for (const day of ['2026-11-16', '2026-11-17', '2026-11-17', '2026-11-18']) {
        now = noonOf(day);
        await app.get(CalendarNotices).check();
      }
      expect(warnings().map((line) => (JSON.parse(line) as { daysLeft: number }).daysLeft)).toEqual([44, 43]);
    });

    it('is first only compared, where that is asked', async () => {
      const before = await calendar();
      const { body } = await calendar({ ...NOTICE_OF_2027, checkOnly: true });
      expect(body).toMatchObject({ worked: ['2027-01-09', '2027-02-20', '2027-05-08', '2027-10-09'] });
      expect(body.off).toContain('2027-01-04');
      expect(await calendar()).toEqual(before);
    });

    it('moves each open promise that rests on it, says so once, and is there after a restart', async () => {
      const requestId = randomUUID();
      const parts = [
        aPart('heat', { promisedDate: '2027-01-11' }),
        aPart('water', { promisedDate: '2026-12-15' }),
      ];
      const registeredAt = now.toISOString();
      await hear(intake, aDossier({ requestId, matter: 'JOINT_NEW', registeredAt, parts }));
      expect((await statuses(requestId))[0]!.jobs[0]!.clock).toMatchObject({ provisional: true });
      expect((await calendar(NOTICE_OF_2027)).body).toMatchObject({
        announced: expect.arrayContaining([2027]),
      });
      await eventually(async () =>
        expect((await statuses(requestId)).slice(1)).toMatchObject([
          {
            jobs: [
              {
                clock: { slaDate: '2027-01-12', promisedDate: '2027-01-12' },
              },
              { clock: { slaDate: '2026-12-15' } },
            ],
            facts: [{}, { kind: 'promise-moved', moved: [{ utility: 'heat', date: '2027-01-12' }] }],
          },
        ]),
      );
      expect((await desired(requestId)).slice(2)).toMatchObject([
        { utility: 'heat', version: 2, promisedDate: '2027-01-12' },
      ]);
      await calendar(NOTICE_OF_2027);
      await app.get(RecountPromises).execute();
      expect(await statuses(requestId)).toHaveLength(2);
      const restarted = await createService(RoutingModule, {
        env: { ...issuer.env, PORT: '0', DATABASE_URL: database.urlOf('routing') },
        logger: Log.to({ write: () => {} }),
      });
      expect(restarted.get(Catalogue).version).toBe(app.get(Catalogue).version);
      await restarted.close();
    });
  });
});
