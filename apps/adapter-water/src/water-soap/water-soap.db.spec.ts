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
import { badAnswersTo, OddCompany, type OddAnswer, resultOf } from './odd-company.mother.js';
import { WaterSoapDriver } from './water-soap.driver.js';

const JINAN = 'jinan-water';
/** As shipped. */
const adapter = {
  utility: 'water' as const,
  providers: [JINAN, 'zibo-water'],
  dialects: { 'water-soap': (context: DriverContext) => new WaterSoapDriver(context) },
  change: asShipped,
};

const aJob = (): JobDesired =>
  aDesiredState(
    { utility: 'water', provider: JINAN },
    { matter: 'WATER_NEW', fields: { usage: 'residential' }, materials: [] },
  );

describe('a water company that speaks SOAP', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => (fixture = await AdapterFixture.open({ ...adapter, env: CIRCUIT_OPENS_SOON })));
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describeConversation(
    {
      provider: JINAN,
      otherProvider: 'zibo-water',
      matter: 'WATER_NEW',
      fields: [
        { usage: 'residential', pipeDiameter: '20' },
        { usage: 'residential', pipeDiameter: '25' },
      ],
      reports: ['twice', 'out-of-order', 'late', 'wrong-schema', 'never', 'in-reply'],
      lists: false,
    },
    () => fixture,
  );

  it.each([
    ['has unpaid bills', '99991234', 'arrears'],
    ['is unknown', '00001234', 'unknown-account'],
  ])('is not told to transfer an account that %s', async (_, accountNumber, reason) => {
    const job = aDesiredState(
      { utility: 'water', provider: JINAN },
      { matter: 'WATER_TRANSFER', fields: { accountNumber } },
    );
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'refused', reason });
    expect(await fixture.simulator.placementAt(JINAN, fixture.nameOf(job.requestId))).toBeUndefined();
  });

  it('has the number of ours, as we have the company`s', async () => {
    const job = aJob();
    await fixture.publishDesired(job);
    const { reference } = await fixture.untilPublished(job.requestId, { state: 'completed' });
    const placed = await fixture.simulator.placementAt(JINAN, fixture.nameOf(job.requestId));
    expect(placed?.references).toEqual([reference]);
  });

  it.each([
    ['partly-complete', 'partly-completed'],
    ['fail', 'failed'],
  ])('ends a job otherwise than it should: %s', async (outcome, state) => {
    await fixture.simulator.setFaults(JINAN, { outcome });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state });
  });
});

describe('a water company', () =>
  describeSecondOrder(adapter, {
    provider: JINAN,
    dossier: { matter: 'WATER_NEW', fields: { usage: 'residential' }, materials: [] },
    isPlacing: ({ headers }) => String(headers.soapaction).includes('/submitFlow'),
    isCancelling: ({ headers }) => String(headers.soapaction).includes('/cancelFlow'),
  }));

describe('a water company that speaks SOAP badly', () => {
  const company = new OddCompany();
  let fixture: AdapterFixture;
  beforeAll(async () => {
    const providersUrl = await company.open();
    // A slow answer is not what is odd about it.
    const env = { CALL_TIMEOUT_MS: '5000' };
    fixture = await AdapterFixture.open({ ...adapter, providersUrl, env });
  });
  beforeEach(() => company.behave());
  afterAll(async () => {
    await fixture.close();
    company.close();
  });

  it('keeps no other job out, and an operator reads what is wrong with its answers', async () => {
    const bad = badAnswersTo('queryFlow').map(({ reason }, index) => {
      const answer = (operation: string): OddAnswer => badAnswersTo(operation)[index]!.answer;
      return { job: aJob(), answer, reason };
    });
    company.odd = Object.fromEntries(bad.map(({ job, answer }) => [fixture.nameOf(job.requestId), answer]));
    const good = aJob();
    await fixture.publishDesired(...bad.map(({ job }) => job), good);
    for (const { job } of bad) {
      const { state } = await fixture.untilPublished(job.requestId, { operation: { delivery: 'parked' } });
      expect(state).toBe('placed');
    }
    company.flow = '<billNo>B-1</billNo><status>10</status>';
    await fixture.untilPublished(good.requestId, { state: 'completed', reference: 'B-1' });
    const { body } = await fixture.operator('GET', 'operations/parked');
    const parked = body.operations as { requestId: string; lastError: string }[];
    expect(parked).toHaveLength(bad.length);
    for (const { job, reason } of bad) {
      const { lastError } = parked.find(({ requestId }) => requestId === job.requestId)!;
      expect(lastError).toMatch(reason);
    }
  });

  async function aPlacedJob(): Promise<JobDesired> {
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'delivered' } });
    return job;
  }

  it.each([
    ['state', 'unknown-state', '<status>ON_HOLIDAY</status>', 'placed'],
    ['state that is none of an object', 'unknown-state', '<status>constructor</status>', 'placed'],
    ['reason', 'unknown-reason', '<status>09</status><reasonCode>SEE_FAX</reasonCode>', 'held'],
    ['stage', 'unknown-stage', '<status>08</status><stage><code>LUNCH</code></stage>', 'in-progress'],
  ])('with a %s that nobody knows makes a finding, and the rest is applied', async (_, kind, flow, state) => {
    const job = await aPlacedJob();
    company.flow = `<billNo>B-1</billNo>${flow}`;
    await eventually(async () => {
      const found = await fixture.query('select kind from finding where request_id = $1', [job.requestId]);
      expect(found).toEqual([{ kind }]);
    });
    await fixture.untilPublished(job.requestId, { state });
    company.flow = '<billNo>B-1</billNo><status>10</status>';
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('keeps its other flows followed while it shows one that cannot be read', async () => {
    const [job, other] = [await aPlacedJob(), await aPlacedJob()];
    company.odd = { [fixture.nameOf(other.requestId)]: { body: '<html/>' } };
    company.flow = '<billNo>B-1</billNo><status>10</status>';
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect((await fixture.published(other.requestId)).at(-1)).toMatchObject({ state: 'placed' });
    company.odd = {};
    await fixture.untilPublished(other.requestId, { state: 'completed' });
  });

  it('whose check fails is asked again, and nothing was perhaps sent meanwhile', async () => {
    let failures = 2;
    company.odd = {
      checkSubmitFlow: () =>
        failures-- > 0 ? { status: 503, type: 'text/html', body: 'no' } : resultOf('checkSubmitFlow', '0'),
    };
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'delivered' } });
    const told = await fixture.published(job.requestId);
    expect(told.map(({ operation }) => operation.delivery)).toContain('failing');
    expect(company.calls('submitFlow').filter((xml) => xml.includes(job.requestId))).toHaveLength(1);
  });
});
