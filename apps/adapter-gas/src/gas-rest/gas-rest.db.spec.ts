import type { DriverContext } from '@lianban/adapter-kit';
import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  CIRCUIT_OPENS_SOON,
  describeConversation,
  describeSecondOrder,
  eventually,
  asShipped,
} from '@lianban/testing';
import { GasCompany, type Order } from './gas-company.mother.js';
import { GasRestDriver } from './gas-rest.driver.js';

const COMPANY = 'jinan-gas';
/** As shipped. */
const adapter = {
  utility: 'gas' as const,
  providers: [COMPANY, 'zibo-gas'],
  dialects: { 'gas-rest': (context: DriverContext) => new GasRestDriver(context) },
  change: asShipped,
};

const aJob = (): JobDesired => aDesiredState({ provider: COMPANY });

describe('a gas company that is asked for changes', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({ ...adapter, env: CIRCUIT_OPENS_SOON });
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describeConversation(
    {
      provider: COMPANY,
      otherProvider: 'zibo-gas',
      matter: 'GAS_NEW',
      fields: [
        { usage: 'residential', appliances: 2 },
        { usage: 'residential', appliances: 3 },
      ],
      reports: ['twice', 'out-of-order', 'late', 'in-reply'],
      lists: true,
    },
    () => fixture,
  );

  it('says who must act while it holds a job', async () => {
    await fixture.simulator.setFaults(COMPANY, { outcome: 'hold', reason: 'permit' });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'held', reason: 'permit', holder: 'authority' });
  });

  it('may end its tokens long before it says', async () => {
    await fixture.simulator.setFaults(COMPANY, { tokenMs: 50, stageMs: 20 });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(await fixture.simulator.effects({ placement: fixture.nameOf(job.requestId) })).toBe(1);
  });
});

describe('a gas company', () =>
  describeSecondOrder(adapter, {
    provider: COMPANY,
    dossier: {},
    isPlacing: ({ method, url }) => method === 'POST' && url!.endsWith('/work-orders'),
    isCancelling: ({ url }) => url!.endsWith('/cancellations'),
  }));

describe('a gas company of which the adapter is careful', () => {
  const company = new GasCompany();
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      ...adapter,
      providersUrl: await company.open(),
      change: (row) =>
        row.id === COMPANY ? { ...row, settings: { ...row.settings, pageSize: 2, overlapSeconds: 10 } } : row,
    });
  });
  beforeEach(() => company.behave());
  afterAll(async () => {
    await fixture.close();
    company.close();
  });

  const nameOf = ({ requestId }: JobDesired): string => fixture.nameOf(requestId);
  const untilState = (job: JobDesired, state: string) => fixture.untilPublished(job.requestId, { state });
  async function placed(count: number): Promise<JobDesired[]> {
    const jobs = Array.from({ length: count }, aJob);
    await fixture.publishDesired(...jobs);
    for (const { requestId } of jobs)
      await fixture.untilPublished(requestId, { operation: { delivery: 'delivered' } });
    return jobs;
  }
  /** How often each state was stored. */
  const statesOf = ({ requestId }: JobDesired) =>
    fixture.query<{ state: string; count: number }>(
      `select body->>'state' as state, count(*)::int from report where request_id = $1 and body ? 'state' group by 1 order by 1`,
      [requestId],
    );
  const untilFound = (job: JobDesired, kind: string) =>
    eventually(async () => {
      const found = await fixture.query('select kind from finding where request_id = $1', [job.requestId]);
      expect(found).toEqual([{ kind }]);
    });
  const untilAsked = async (times = 1): Promise<void> => {
    const asked = company.asked.length;
    await eventually(() => expect(company.asked.length).toBeGreaterThanOrEqual(asked + times));
  };
  const cursor = async (): Promise<string> => {
    const [row] = await fixture.query<{ cursor: string }>(
      'select cursor from provider_cursor where provider = $1',
      [COMPANY],
    );
    return row!.cursor;
  };

  it('is asked on from where it was, by less than it has told', async () => {
    const [job] = await placed(1);
    company.change(nameOf(job!), { status: 'ACCEPTED' });
    await untilState(job!, 'accepted');
    await eventually(async () => expect(await cursor()).toBe(company.now()));
    await untilAsked();
    const since = company.asked.at(-1)!.get('updatedSince')!;
    expect(Date.parse(company.now()) - Date.parse(since)).toBe(10_000);
    expect(await statesOf(job!)).toEqual([{ state: 'accepted', count: 1 }]);
  });

  it('that executes a call after its lease, when it was placed again, is shown to an operator by its second number', async () => {
    const execute = Promise.withResolvers<void>();
    company.placingWaits = execute.promise;
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'unknown' } });
    company.placingWaits = undefined;
    await fixture.endFlight(job.requestId);
    const { reference } = await fixture.untilPublished(job.requestId, { delivered: true });
    expect(await fixture.query('select 1 from finding where request_id = $1', [job.requestId])).toEqual([]);
    execute.resolve();
    await untilFound(job, 'second-reference');
    const made = company.orders.filter(({ externalNo }) => externalNo === nameOf(job));
    expect(made).toHaveLength(2);
    expect(made[0]!.orderNo).toBe(reference);
  });

  it.each<[string, Partial<Order>, string]>([
    ['a state that nobody knows', { status: 'ON_HOLIDAY' }, 'unknown-state'],
    [
      'a stage that nobody knows',
      { nodes: [{ code: 'LUNCH', reachedAt: '2026-11-28T12:00:00+08:00' }] },
      'unknown-stage',
    ],
    ['a date that no job can have', { status: 'SUSPENDED', dueDate: '2020-01-01' }, 'due-date-out-of-range'],
    ['a holder that nobody knows', { status: 'SUSPENDED', heldBy: 'the mayor' }, 'unknown-holder'],
    ['a reason that nobody knows', { status: 'SUSPENDED', reasonCode: 'E9999' }, 'unknown-reason'],
  ])('with %s loses nothing else, and an operator sees a finding', async (_, odd, kind) => {
    const [job] = await placed(1);
    company.change(nameOf(job!), odd);
    await untilFound(job!, kind);
    const state = odd.status === 'SUSPENDED' ? 'held' : 'placed';
    await untilState(job!, state);
    company.change(nameOf(job!), { status: 'COMPLETED' });
    await untilState(job!, 'completed');
  });

  it('with times without an offset leaves the job as it is, and is heard again once it has them', async () => {
    const [job, other] = (await placed(2)) as [JobDesired, JobDesired];
    company.change(nameOf(job), { status: 'ACCEPTED', statusAt: '2026-11-28 18:00:00' });
    company.change(nameOf(other), { status: 'ACCEPTED' });
    await untilState(other, 'accepted');
    expect((await fixture.published(job.requestId)).at(-1)).toMatchObject({ state: 'placed' });
    company.change(nameOf(job), { status: 'IN_PROGRESS' });
    await untilState(job, 'in-progress');
  });

  it('that enters a stage later than it was reached has it shown, at its own time', async () => {
    const [job] = await placed(1);
    const reachedAt = company.now();
    company.change(nameOf(job!), { status: 'IN_PROGRESS' });
    await untilState(job!, 'in-progress');
    company.change(nameOf(job!), { nodes: [{ code: 'SURVEY', reachedAt }] });
    await fixture.untilPublished(job!.requestId, { stages: [{ stage: 'SURVEY', at: reachedAt }] });
  });

  it('whose list changes while it is read loses no change, and none is stored twice', async () => {
    const jobs = await placed(7);
    let page = 0;
    company.afterPage = () => {
      if (page < 6)
        for (const job of [jobs[page]!, jobs[6 - page]!]) company.change(nameOf(job), { note: page });
      page += 1;
    };
    for (const job of jobs) company.change(nameOf(job), { status: 'ACCEPTED' });
    for (const job of jobs) await untilState(job, 'accepted');
    await eventually(() => expect(page).toBeGreaterThan(8));
    for (const job of jobs) expect(await statesOf(job)).toEqual([{ state: 'accepted', count: 1 }]);
  });

  it('that shows a change later than the time that it bears is heard', async () => {
    const [late, other] = (await placed(2)) as [JobDesired, JobDesired];
    const at = company.now();
    company.change(nameOf(other), { status: 'ACCEPTED' });
    await untilState(other, 'accepted');
    await eventually(async () => expect(await cursor()).toBe(company.now()));
    Object.assign(company.order(nameOf(late)), { status: 'ACCEPTED', updatedAt: at, statusAt: at });
    await untilState(late, 'accepted');
  });

  it.each([400, 410])(
    'that knows the cursor no more (%d) loses nothing, and is stored once',
    async (status) => {
      const [before, meanwhile] = (await placed(2)) as [JobDesired, JobDesired];
      company.change(nameOf(before), { status: 'ACCEPTED' });
      await untilState(before, 'accepted');
      let isAskedAnew = false;
      company.changes = (query) => {
        isAskedAnew ||= Date.parse(query.get('updatedSince')!) < Date.now() - 6 * 86_400_000;
        return isAskedAnew ? undefined : [status, { errcode: 'E0410' }];
      };
      company.change(nameOf(meanwhile), { status: 'ACCEPTED' });
      await untilState(meanwhile, 'accepted');
      for (const job of [before, meanwhile])
        expect(await statesOf(job)).toEqual([{ state: 'accepted', count: 1 }]);
    },
  );

  it('that ended a job before what it still tells of is heard when its list is compared', async () => {
    const [job] = await placed(1);
    const { requestId } = job!;
    for (const table of ['operation', 'placement'])
      await fixture.query(`update ${table} set since = since - interval '20 days' where request_id = $1`, [
        requestId,
      ]);
    const at = new Date(Date.now() - 8 * 86_400_000).toISOString();
    Object.assign(company.order(nameOf(job!)), { status: 'COMPLETED', statusAt: at, updatedAt: at });
    await untilAsked(2);
    expect((await fixture.published(requestId)).at(-1)).toMatchObject({ state: 'placed' });
    await fixture.operator('POST', `providers/${COMPANY}/reconcile`);
    await untilState(job!, 'completed');
  });

  it('that is restored from an older copy is heard from there on', async () => {
    const [job] = await placed(1);
    company.change(nameOf(job!), { status: 'ACCEPTED' });
    await untilState(job!, 'accepted');
    await eventually(async () => expect(await cursor()).toBe(company.now()));
    company.time -= 600_000;
    await eventually(async () => expect(await cursor()).toBe(company.now()));
    company.change(nameOf(job!), { status: 'COMPLETED' });
    await untilState(job!, 'completed');
    company.time += 600_000;
  });
});
