import type { DriverContext } from '@lianban/adapter-kit';
import type { Provider } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, eventually, nextDesiredState } from '@lianban/testing';
import { GasRestDriver } from './gas-rest.driver.js';

const COMPANY = 'jinan-gas';
/** As shipped. */
const adapter = {
  utility: 'gas' as const,
  providers: [COMPANY, 'zibo-gas'],
  dialects: { 'gas-rest': (context: DriverContext) => new GasRestDriver(context) },
  change: (row: Provider) => row,
};

const aJob = (): JobDesired => aDesiredState({ provider: COMPANY });

describe('a gas company that is asked for changes', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open(adapter);
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  const openFindings = (requestId: string) =>
    fixture.query<{ kind: string }>('select kind from finding where request_id = $1', [requestId]);
  const pictureOf = ({ requestId }: JobDesired) =>
    fixture.simulator.placementAt(COMPANY, fixture.nameOf(requestId));

  it('goes through the stages of its matter to the end', async () => {
    await fixture.simulator.setFaults(COMPANY, { stageMs: 50 });
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
      'SAFETY_CHECK',
      'ENERGISE',
    ]);
    expect(reference).toMatch(/^jinan-gas-/);
    expect(await openFindings(job.requestId)).toEqual([]);
  });

  it('asks for a correction, and goes on with the answer', async () => {
    const items = ['PROPERTY_CERT'];
    const wanted = { outcome: 'ask-correction', reason: 'material-unclear', items, stageMs: 20 };
    await fixture.simulator.setFaults(COMPANY, wanted);
    const job = aJob();
    await fixture.publishDesired(job);
    const { correction } = await fixture.untilPublished(job.requestId, {
      state: 'waiting',
      reason: 'material-unclear',
      correction: { items },
    });
    await fixture.simulator.clearFaults();
    const answer = {
      correctionId: correction!.id,
      fields: {},
      materials: [{ code: 'PROPERTY_CERT', method: 'paper' as const }],
      answeredAt: new Date().toISOString(),
    };
    await fixture.publishDesired(nextDesiredState(job, {}, { answers: [answer] }));
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    const picture = await pictureOf(job);
    expect(picture?.operations.map(({ kind, effects }) => [kind, effects])).toEqual([
      ['place', 1],
      ['correct', 1],
    ]);
    expect(picture?.dossier.answers).toEqual([answer]);
  });

  it.each([
    ['at once', 'refuse', 'arrears'],
    ['after it took the order', 'return', 'no-capacity'],
  ])('refuses %s, and its code is told in ours', async (_, outcome, reason) => {
    await fixture.simulator.setFaults(COMPANY, { outcome, reason });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'refused', reason });
    expect(await openFindings(job.requestId)).toEqual([]);
  });

  it('shows what it holds as held, for as long as it does', async () => {
    await fixture.simulator.setFaults(COMPANY, { outcome: 'hold', reason: 'permit', stageMs: 20 });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'held', reason: 'permit', holder: 'authority' });
    await fixture.simulator.setFaults(COMPANY, { outcome: null });
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('lets a job go', async () => {
    await fixture.simulator.setFaults(COMPANY, { outcome: 'accept' });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'accepted' });
    await fixture.publishDesired(nextDesiredState(job, { cancelReason: 'withdrawn-by-applicant' }));
    await fixture.untilPublished(job.requestId, { state: 'cancelled', withdrawal: 'agreed' });
  });

  it('refuses to let a job go, goes on, and is not asked for its refusal twice', async () => {
    await fixture.simulator.setFaults(COMPANY, { outcome: 'accept', refuseWithdrawals: true });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'accepted' });
    const unwanted = nextDesiredState(job, { cancelReason: 'withdrawn-by-applicant' });
    await fixture.publishDesired(unwanted);
    const withdrawalReason = 'withdrawal-too-late';
    await fixture.untilPublished(job.requestId, {
      state: 'accepted',
      withdrawal: 'refused',
      withdrawalReason,
    });
    await fixture.simulator.setFaults(COMPANY, { refuseWithdrawals: null });
    await fixture.publishDesired(nextDesiredState(unwanted, { cancelReason: 'lapsed' }));
    await fixture.untilPublished(job.requestId, { state: 'cancelled', withdrawal: 'agreed' });
    expect((await pictureOf(job))?.operations.map(({ kind }) => kind)).toEqual([
      'place',
      'withdraw',
      'withdraw',
    ]);
  });

  it('loses a job to another provider and lets it go', async () => {
    await fixture.simulator.setFaults(COMPANY, { outcome: 'hold', reason: 'not-ours' });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'held', reason: 'not-ours', holder: 'hall' });
    await fixture.publishDesired(nextDesiredState(job, { provider: 'zibo-gas', attempt: 2 }));
    await fixture.untilPublished(job.requestId, { state: 'completed', attempt: 2 });
    await eventually(async () => expect((await pictureOf(job))?.isWithdrawn).toBe(true));
    expect(await openFindings(job.requestId)).toEqual([]);
  });

  it.each([
    ['place', { loseAnswers: 1 }],
    ['place', { takeAfterMs: 700 }],
  ])('is not told twice to %s what it took without an answer: %j', async (_, fault) => {
    await fixture.simulator.setFaults(COMPANY, fault);
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(await fixture.simulator.effects({ placement: fixture.nameOf(job.requestId) })).toBe(1);
  });

  it('is not told twice to correct or to let go what it took without an answer', async () => {
    await fixture.simulator.setFaults(COMPANY, { outcome: 'accept' });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'accepted' });
    await fixture.simulator.setFaults(COMPANY, { loseAnswers: 2 });
    const amended = nextDesiredState(job, {}, { fields: { usage: 'residential', appliances: 3 } });
    await fixture.publishDesired(amended);
    await fixture.untilPublished(job.requestId, { operation: { kind: 'correct', delivery: 'delivered' } });
    await fixture.publishDesired(nextDesiredState(amended, { cancelReason: 'withdrawn-by-applicant' }));
    await fixture.untilPublished(job.requestId, { state: 'cancelled' });
    const picture = await pictureOf(job);
    expect(picture?.operations.map(({ kind, effects }) => [kind, effects])).toEqual([
      ['place', 1],
      ['correct', 1],
      ['withdraw', 1],
    ]);
    expect(picture?.dossier.fields).toMatchObject({ appliances: 3 });
  });

  it.each(['twice', 'out-of-order', 'late', 'in-reply'])(
    'reaches the same end when its changes come %s',
    async (reports) => {
      await fixture.simulator.setFaults(COMPANY, { reports, lateMs: 300, stageMs: 20 });
      const job = aJob();
      await fixture.publishDesired(job);
      await fixture.untilPublished(job.requestId, { state: 'completed' });
      expect(await openFindings(job.requestId)).toEqual([]);
    },
  );

  it('may end its tokens long before it says', async () => {
    await fixture.simulator.setFaults(COMPANY, { tokenMs: 50, stageMs: 20 });
    const job = aJob();
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(await fixture.simulator.effects({ placement: fixture.nameOf(job.requestId) })).toBe(1);
  });
});
