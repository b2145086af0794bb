import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  AdapterConfig,
  BadSignature,
  type DriverContext,
  type DriverFactory,
  ProviderHttp,
  ProviderUnavailable,
  type PolledReports,
  type ProviderCallback,
  type ProviderReport,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { Catalogue } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
import {
  AdapterFixture,
  aDesiredState,
  eventually,
  inHouseDialects,
  SimulatorProcess,
} from '@lianban/testing';
import { DriverRegistry } from './drivers/driver-registry.js';
import { workbenchDriver } from './drivers/workbench.driver.js';
import { ProviderKafka } from './kafka/provider-kafka.js';
import { ProviderSecrets } from './secrets/provider-secrets.js';

/** A provider that takes everything and never calls: it is asked for its reports, two a page. */
class PostOffice implements UtilityDriver {
  readonly retrySafety = 'status-query';
  readonly cursors: (string | undefined)[] = [];
  reports: ProviderReport[] = [];
  unreadable: string[] = [];
  /** So many polls fail yet. */
  failing = 0;
  readonly failedCursors: (string | undefined)[] = [];

  /** Where it says that it wants to be left alone. */
  rests?: 'called' | 'asked';
  placed = 0;
  /** It takes its time over what comes now. */
  slowness = Promise.resolve();
  /** What it asks of others before it answers. */
  asks: () => Promise<unknown> = async () => undefined;

  place = async () => {
    this.rest('called');
    this.placed += 1;
    await this.slowness;
    await this.asks();
    return { reference: 'P-1' };
  };
  correct = async () => ({});
  withdraw = async () => ({});

  async poll(cursor?: string): Promise<PolledReports> {
    this.rest('asked');
    if (this.failing > 0) {
      this.failing -= 1;
      this.failedCursors.push(cursor);
      throw new Error('closed');
    }
    this.cursors.push(cursor);
    const from = Number(cursor ?? 0);
    const to = Math.min(from + 2, this.reports.length);
    return {
      reports: this.reports.slice(from, to),
      cursor: String(to),
      hasMore: to < this.reports.length,
      unreadable: this.unreadable.splice(0),
    };
  }

  async readCallback({ headers, body }: ProviderCallback): Promise<ProviderReport[]> {
    if (headers['x-stamp'] !== this.context.secret[0]) throw new BadSignature();
    return JSON.parse(body.toString()) as ProviderReport[];
  }

  private rest(when: 'called' | 'asked'): void {
    if (this.rests === when) throw new ProviderUnavailable('asked to slow down', true, 3_600_000);
  }

  constructor(private readonly context: DriverContext) {}
}

const PROVIDER = 'jinan-gas';
const CALL_TIMEOUT_MS = 300;
const SECRET = SimulatorProcess.secretOf(PROVIDER);

describe('a driver of an adapter', () => {
  let fixture: AdapterFixture;
  let office: PostOffice;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: [PROVIDER, 'zibo-gas'],
      env: { CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS) },
      dialects: {
        post: (context) => {
          const made = new PostOffice(context);
          if (context.provider.id === PROVIDER) office = made;
          return made;
        },
      },
      change: (row) => (row.id === PROVIDER ? { ...row, dialect: 'post' } : inHouseDialects(row)),
    });
  });
  afterAll(async () => {
    await fixture.close();
  });

  async function aPlacedJob(): Promise<string> {
    const desired = aDesiredState({ utility: 'gas', provider: PROVIDER });
    await fixture.publishDesired(desired);
    await fixture.untilPublished(desired.requestId, { delivered: true });
    return desired.requestId;
  }

  async function aJobElsewhere(): Promise<void> {
    const job = aDesiredState({ provider: 'zibo-gas' });
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  }

  const aReport = (requestId: string, changes: object): ProviderReport => ({
    ...{ id: randomUUID(), requestId, attempt: 1 },
    report: { at: new Date().toISOString(), ...changes },
  });

  it('is polled page by page, and one report that cannot be used does not keep the others out', async () => {
    const [first, second] = [await aPlacedJob(), await aPlacedJob()];
    const known = office.reports.length;
    office.reports.push(
      aReport(first, { state: 'accepted' }),
      aReport(randomUUID(), { state: 'accepted' }),
      aReport(first, { at: 'yesterday' }),
      aReport(second, { state: 'accepted' }),
      aReport(first, { state: 'completed' }),
    );
    await fixture.untilPublished(first, { state: 'completed' });
    await fixture.untilPublished(second, { state: 'accepted' });
    await eventually(() => expect(office.cursors.at(-1)).toBe(String(known + 5)));
  });

  it('has an operator told what of a page could not be read, which keeps nothing else of it out', async () => {
    const warnings: unknown[] = [];
    Logger.overrideLogger({
      log: () => {},
      error: () => {},
      warn: (message: unknown) => warnings.push(message),
    });
    const requestId = await aPlacedJob();
    office.unreadable.push('order P-7: /updatedAt is no time');
    office.reports.push(aReport(requestId, { state: 'accepted' }));
    await fixture.untilPublished(requestId, { state: 'accepted' });
    await eventually(() =>
      expect(warnings).toContain(`${PROVIDER}: left out: order P-7: /updatedAt is no time`),
    );
    Logger.overrideLogger(false);
  });

  it('is asked again for the page that failed, from where it was', async () => {
    const requestId = await aPlacedJob();
    const before = String(office.reports.length);
    await eventually(() => expect(office.cursors.at(-1)).toBe(before));
    const asked = office.cursors.length;
    office.failing = 2;
    office.reports.push(aReport(requestId, { state: 'accepted' }));
    await fixture.untilPublished(requestId, { state: 'accepted' });
    expect(office.failedCursors).toEqual([before, before]);
    expect(office.cursors[asked]).toBe(before);
  });

  it.each(['called', 'asked'] as const)(
    'that wants to be left alone when it is %s is, which costs its operations no try',
    async (when) => {
      let endSlowness!: () => void;
      office.slowness = new Promise((done) => (endSlowness = done));
      const { placed } = office;
      const earlier = aDesiredState({ provider: PROVIDER });
      await fixture.publishDesired(earlier);
      await eventually(() => expect(office.placed).toBe(placed + 1));
      // It is held for as long as this test takes, which may be longer than a lease.
      await fixture.query(
        `update operation set lease_until = now() + interval '5 minutes' where request_id = $1`,
        [earlier.requestId],
      );
      office.rests = when;
      const waiting = [1, 2].map(() => aDesiredState({ provider: PROVIDER }));
      await fixture.publishDesired(waiting[0]!);
      const status = async () => {
        const { body } = await fixture.operator('GET', 'providers');
        const all = body.providers as { provider: string; state: string; leftAloneUntil: string }[];
        return all.find(({ provider }) => provider === PROVIDER)!;
      };
      await eventually(async () => expect((await status()).state).toBe('left-alone'));
      expect(Date.parse((await status()).leftAloneUntil)).toBeGreaterThan(Date.now() + 3_000_000);
      office.rests = undefined;
      // What was under way is over by then.
      await aJobElsewhere();
      const before = [office.placed, office.cursors.length];
      endSlowness();
      await fixture.untilPublished(earlier.requestId, { delivered: true });
      await fixture.publishDesired(waiting[1]!);
      await aJobElsewhere();
      expect([office.placed, office.cursors.length]).toEqual(before);
      const tries = await fixture.query('select tries from operation where request_id = any($1::uuid[])', [
        waiting.map(({ requestId }) => requestId),
      ]);
      expect(tries).toEqual([{ tries: 0 }, { tries: 0 }]);
      await fixture.query('update provider_circuit set open_until = now()');
      for (const { requestId } of waiting) await fixture.untilPublished(requestId, { delivered: true });
      await eventually(() => expect(office.cursors.length).toBeGreaterThan(before[1]!));
      expect(await status()).toMatchObject({ state: 'working', leftAloneUntil: null });
    },
  );

  it('has the time of one call for everything that it asks about one operation', async () => {
    const http = new ProviderHttp({ concurrency: 1 }, 5_000, 1_024);
    office.slowness = new Promise((done) => setTimeout(done, 3 * CALL_TIMEOUT_MS));
    office.asks = () => http.call({ method: 'GET', url: `${fixture.simulator.url}/health/live` });
    const job = aDesiredState({ provider: PROVIDER });
    await fixture.publishDesired(job);
    await eventually(async () => {
      const [operation] = await fixture.query<{ last_error: string }>(
        'select last_error from operation where request_id = $1',
        [job.requestId],
      );
      expect(operation!.last_error).toBe('took too long over what was asked before');
    });
    await fixture.untilPublished(job.requestId, { delivered: true });
  });

  it('reads the calls of its provider, refuses those of others, and takes what is repeated once', async () => {
    const requestId = await aPlacedJob();
    const reports = [aReport(requestId, { state: 'accepted', reference: 'P-1' })];
    const call = async (provider: string, stamp: string): Promise<number> => {
      const response = await fetch(`${fixture.address}/v1/providers/${provider}/callbacks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stamp': stamp },
        body: JSON.stringify(reports),
      });
      return response.status;
    };
    expect(await call(PROVIDER, 'forged')).toBe(401);
    expect(await call('zibo-gas', SECRET)).toBe(404);
    expect(await call('jinan-water', SECRET)).toBe(404);
    expect(await call(PROVIDER, SECRET)).toBe(202);
    expect(await call(PROVIDER, SECRET)).toBe(202);
    await fixture.untilPublished(requestId, { state: 'accepted' });
    const [kept] = await fixture.query<{ count: number }>(
      'select count(*)::int as count from report where request_id = $1',
      [requestId],
    );
    expect(kept!.count).toBe(1);
  });

  it('keeps its adapter from starting where its row claims another safety of a second try than it has', () => {
    expect(() =>
      registryWith({ post: () => ({ ...workbenchDriver, retrySafety: 'idempotency-key' }) }),
    ).toThrow('jinan-gas is said to have "status-query", and post relies on "idempotency-key"');
  });

  it('must exist: an adapter does not start with a dialect that nobody has registered', () => {
    expect(() => registryWith({})).toThrow(
      'jinan-gas speaks "post", and adapter-gas knows only feed, kafka, webhook, workbench',
    );
  });

  const registryWith = (dialects: Record<string, DriverFactory>) =>
    new DriverRegistry(
      new AdapterConfig(),
      fixture.app.get(Catalogue),
      'gas',
      dialects,
      new Clock(),
      fixture.app.get(ProviderSecrets),
      fixture.app.get(ProviderKafka),
    );
});
