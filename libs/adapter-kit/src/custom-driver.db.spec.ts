import { randomUUID } from 'node:crypto';
import {
  AdapterConfig,
  BadSignature,
  type DriverContext,
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
import { ProviderSecrets } from './secrets/provider-secrets.js';

/** A provider that takes everything and never calls: it is asked for its reports, two a page. */
class PostOffice implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  readonly cursors: (string | undefined)[] = [];
  reports: ProviderReport[] = [];
  /** So many polls fail yet. */
  failing = 0;
  readonly failedCursors: (string | undefined)[] = [];

  place = async () => ({ reference: 'P-1' });
  correct = async () => ({});
  withdraw = async () => ({});

  async poll(cursor?: string): Promise<PolledReports> {
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
    };
  }

  async readCallback({ headers, body }: ProviderCallback): Promise<ProviderReport[]> {
    if (headers['x-stamp'] !== this.context.secret[0]) throw new BadSignature();
    return JSON.parse(body.toString()) as ProviderReport[];
  }

  constructor(private readonly context: DriverContext) {}
}

const PROVIDER = 'jinan-gas';
const SECRET = SimulatorProcess.secretOf(PROVIDER);

describe('a driver of an adapter', () => {
  let fixture: AdapterFixture;
  let office: PostOffice;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: [PROVIDER, 'zibo-gas'],
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

  it('is asked again for the page that failed, from where it was', async () => {
    const requestId = await aPlacedJob();
    const asked = office.cursors.length;
    const before = office.cursors.at(-1);
    office.failing = 2;
    office.reports.push(aReport(requestId, { state: 'accepted' }));
    await fixture.untilPublished(requestId, { state: 'accepted' });
    expect(office.failedCursors).toEqual([before, before]);
    expect(office.cursors[asked]).toBe(before);
  });

  it('reads the calls of its provider, refuses those of others, and takes what is repeated once', async () => {
    const requestId = await aPlacedJob();
    const reports = [aReport(requestId, { state: 'accepted', reference: 'P-2' })];
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

  it('must exist: an adapter does not start with a dialect that nobody has registered', () => {
    const create = () =>
      new DriverRegistry(
        new AdapterConfig(),
        fixture.app.get(Catalogue),
        'gas',
        {},
        new Clock(),
        fixture.app.get(ProviderSecrets),
      );
    expect(create).toThrow('jinan-gas speaks "post", and adapter-gas knows only webhook, workbench');
  });
});
