import type { DriverContext } from '@lianban/adapter-kit';
import type { Provider } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, eventually, nextDesiredState } from '@lianban/testing';
import { badAnswersTo, OddCompany, type OddAnswer, resultOf } from './odd-company.mother.js';
import { WaterSoapDriver } from './water-soap.driver.js';

const JINAN = 'jinan-water';
/** As shipped. */
const adapter = {
  utility: 'water' as const,
  providers: [JINAN, 'zibo-water'],
  dialects: { 'water-soap': (context: DriverContext) => new WaterSoapDriver(context) },
  change: (row: Provider) => row,
};

const aJob = (fields: Record<string, unknown> = { usage: 'residential', pipeDiameter: 20 }): JobDesired =>
  aDesiredState({ utility: 'water', provider: JINAN }, { matter: 'WATER_NEW', fields, materials: [] });

const aTransfer = (accountNumber: string): JobDesired =>
  aDesiredState(
    { utility: 'water', provider: JINAN },
    { matter: 'WATER_TRANSFER', fields: { accountNumber } },
  );

const withdrawal = (job: JobDesired, changes: Partial<JobDesired> = {}): JobDesired =>
  nextDesiredState(job, { cancelReason: 'withdrawn-by-applicant', ...changes });

describe('a water company that speaks SOAP', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => (fixture = await AdapterFixture.open(adapter)));
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  const findingsOf = (requestId: string) =>
    fixture.query<{ kind: string }>('select kind from finding where request_id = $1', [requestId]);
  const placementOf = ({ requestId }: JobDesired) =>
    fixture.simulator.placementAt(JINAN, fixture.nameOf(requestId));
  const effectsOf = async (job: JobDesired) =>
    (await placementOf(job))?.operations.map(({ kind, effects }) => [kind, effects]);

  async function anAcceptedJob(): Promise<JobDesired> {
    await fixture.simulator.setFaults(JINAN, { outcome: 'accept' });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'accepted' });
    return job;
  }

  it('goes through the stages of its matter to the end; each has the number of the other', async () => {
    await fixture.simulator.setFaults(JINAN, { stageMs: 60 });
    const job = aJob();
    await fixture.publishDesired(job);
    const { stages, reference } = await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(stages.map(({ stage }) => stage)).toEqual([
      'ACCEPT',
      'SURVEY',
      'PLAN_REPLY',
      'CONTRACT',
      'CONSTRUCT',
      'INSPECT',
      'ENERGISE',
    ]);
    expect((await placementOf(job))?.references).toEqual([reference]);
    expect(reference).toMatch(/^jinan-water-/);
    expect(await findingsOf(job.requestId)).toEqual([]);
  });

  it('asks for a correction, and goes on with the answer', async () => {
    const items = ['SITE_PLAN'];
    const asks = { outcome: 'ask-correction', reason: 'material-missing', items, stageMs: 20 };
    await fixture.simulator.setFaults(JINAN, asks);
    const job = aJob();
    await fixture.publishDesired(job);
    const asked = { state: 'waiting', reason: 'material-missing', correction: { items } };
    const { correction } = await fixture.untilPublished(job.requestId, asked);
    await fixture.simulator.clearFaults();
    const answer = {
      correctionId: correction!.id,
      fields: {},
      materials: [{ code: 'SITE_PLAN', method: 'paper' as const }],
      answeredAt: new Date().toISOString(),
    };
    await fixture.simulator.setFaults(JINAN, { loseAnswers: 1 });
    await fixture.publishDesired(nextDesiredState(job, {}, { answers: [answer] }));
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(await effectsOf(job)).toEqual([
      ['place', 1],
      ['correct', 1],
    ]);
    expect((await placementOf(job))?.dossier.answers).toMatchObject([{ correctionId: correction!.id }]);
  });

  it.each(['not-covered', 'illegal-building'])('refuses what it is to do: %s', async (reason) => {
    await fixture.simulator.setFaults(JINAN, { outcome: 'refuse', reason });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'refused', reason });
  });

  it.each([
    ['has unpaid bills', '99991234', 'arrears'],
    ['is unknown', '00001234', 'unknown-account'],
  ])('is not told to transfer an account that %s', async (_, accountNumber, reason) => {
    const job = aTransfer(accountNumber);
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'refused', reason });
    expect(await placementOf(job)).toBeUndefined();
  });

  it('sends back what it took, and its code is told in ours', async () => {
    await fixture.simulator.setFaults(JINAN, { outcome: 'return', reason: 'no-capacity' });
    const job = aTransfer('10020030');
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'refused', reason: 'no-capacity' });
    expect(await effectsOf(job)).toEqual([['place', 1]]);
  });

  it.each(['partly-complete', 'fail'])('ends otherwise than it should: %s', async (outcome) => {
    await fixture.simulator.setFaults(JINAN, { outcome });
    const job = aJob();
    await fixture.publishDesired(job);
    const state = outcome === 'fail' ? 'failed' : 'partly-completed';
    await fixture.untilPublished(job.requestId, { state });
  });

  it('holds a job for an authority, for as long as it says', async () => {
    await fixture.simulator.setFaults(JINAN, { outcome: 'hold', reason: 'permit', stageMs: 20 });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'held', reason: 'permit', holder: 'authority' });
    await fixture.simulator.setFaults(JINAN, { outcome: null });
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('lets a job go', async () => {
    const job = await anAcceptedJob();
    await fixture.simulator.setFaults(JINAN, { loseAnswers: 1 });
    await fixture.publishDesired(withdrawal(job));
    await fixture.untilPublished(job.requestId, { state: 'cancelled', withdrawal: 'agreed' });
    expect(await effectsOf(job)).toEqual([
      ['place', 1],
      ['withdraw', 1],
    ]);
  });

  it('refuses to let a job go, each time that it is asked', async () => {
    const job = await anAcceptedJob();
    await fixture.simulator.setFaults(JINAN, { refuseWithdrawals: true });
    const kept = { state: 'accepted', withdrawal: 'refused', withdrawalReason: 'withdrawal-too-late' };
    await fixture.publishDesired(withdrawal(job));
    await fixture.untilPublished(job.requestId, kept);
    await fixture.publishDesired(withdrawal(job, { version: 3, cancelReason: 'duplicate' }));
    await eventually(async () => expect(await effectsOf(job)).toHaveLength(3));
    await fixture.untilPublished(job.requestId, kept);
  });

  it('is left for another provider, and lets the job go there', async () => {
    const job = await anAcceptedJob();
    await fixture.publishDesired(nextDesiredState(job, { attempt: 2, provider: 'zibo-water' }));
    await fixture.untilPublished(job.requestId, { attempt: 2, state: 'completed' });
    await eventually(async () => expect(await placementOf(job)).toMatchObject({ isWithdrawn: true }));
  });

  it('is not told twice what it took without an answer', async () => {
    await fixture.simulator.setFaults(JINAN, { loseAnswers: 1 });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(await effectsOf(job)).toEqual([['place', 1]]);
  });

  it.each(['twice', 'out-of-order', 'late', 'wrong-schema', 'never', 'in-reply'])(
    'is asked, so that it reaches the same end where others would report %s',
    async (reports) => {
      await fixture.simulator.setFaults(JINAN, { reports, stageMs: 20 });
      const job = aJob();
      await fixture.publishDesired(job);
      await fixture.untilPublished(job.requestId, { state: 'completed' });
      expect(await findingsOf(job.requestId)).toEqual([]);
    },
  );
});

describe('a water company that speaks SOAP badly', () => {
  const company = new OddCompany();
  let fixture: AdapterFixture;
  beforeAll(async () => {
    const providersUrl = await company.open();
    fixture = await AdapterFixture.open({ ...adapter, providersUrl });
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
    company.odd = { checkSubmitFlow: { status: 503, type: 'text/html', body: 'no' } };
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'failing' } });
    company.odd = { checkSubmitFlow: resultOf('checkSubmitFlow', '0') };
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'delivered' } });
    expect(company.calls('submitFlow').filter((xml) => xml.includes(job.requestId))).toHaveLength(1);
  });
});
