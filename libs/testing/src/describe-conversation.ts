import { loadCatalogue, shanghaiDate } from '@lianban/catalogue';
import type { JobDesired, JobDossier } from '@lianban/contracts';
import { type AdapterFixture, aDesiredState, nextDesiredState } from './adapter-fixture.js';
import { eventually } from './eventually.js';

/** What a provider has of a job. */
export interface JobPicture {
  state: string;
  isWithdrawn: boolean;
  dossier: { fields: Record<string, unknown>; answers: { correctionId: string }[] };
  operations: { kind: string; effects: number }[];
}

/** The provider's side of a conversation. */
export interface BackOffice {
  /** Changes how it behaves, as the simulated providers do; null takes a fault away. */
  setFaults(faults: object): Promise<unknown>;
  /** Undefined where it has not heard of the job. */
  pictureOf(job: JobDesired): Promise<JobPicture | undefined>;
}

export interface Conversation {
  /** Speaks the dialect, in the simulator as in the adapter. */
  provider: string;
  /** Of the same utility, for a job that goes to another. */
  otherProvider: string;
  matter: string;
  /** Of the utility's part; the second for an amendment. */
  fields: [Record<string, unknown>, Record<string, unknown>];
  /** How its reports may come without another end. */
  reports: string[];
  /** Does it list what it has? */
  lists: boolean;
}

/** Settings of the adapter: what it tries while a provider is away costs no tries. */
export const CIRCUIT_OPENS_SOON = { CIRCUIT_MAX_FAILURES: '2' };

/**
 * What an adapter and a provider of any dialect bring about together, over the real protocol: the same for each. Faults are cleared
 * by the caller.
 */
export function describeConversation(
  { provider, otherProvider, matter, fields, reports, lists }: Conversation,
  fixture: () => AdapterFixture,
  office: () => BackOffice = () => simulated(fixture(), provider),
): void {
  const aJob = (dossier: Partial<JobDossier> = {}): JobDesired =>
    aDesiredState(
      { utility: fixture().utility, provider },
      { matter, fields: fields[0], materials: [{ code: 'ID_CARD', method: 'paper' }], ...dossier },
    );
  const setFaults = (faults: object) => office().setFaults(faults);
  const findings = ({ requestId }: JobDesired) =>
    fixture().query<{ kind: string }>('select kind from finding where request_id = $1', [requestId]);
  const pictureOf = (job: JobDesired) => office().pictureOf(job);
  const effectsOf = async (job: JobDesired) =>
    (await pictureOf(job))?.operations.map(({ kind, effects }) => [kind, effects]);
  const untilPublished = ({ requestId }: JobDesired, expected: object) =>
    fixture().untilPublished(requestId, expected);
  const published = async (dossier?: Partial<JobDossier>): Promise<JobDesired> => {
    const job = aJob(dossier);
    await fixture().publishDesired(job);
    return job;
  };
  const accepted = async (): Promise<JobDesired> => {
    const job = await published();
    await untilPublished(job, { state: 'accepted' });
    return job;
  };
  const unwanted = (job: JobDesired, cancelReason = 'withdrawn-by-applicant'): JobDesired =>
    nextDesiredState(job, { cancelReason });

  it('goes through the stages of the matter to the end', async () => {
    await setFaults({ stageMs: 120 });
    const job = await published();
    const { stages, reference } = await untilPublished(job, { state: 'completed' });
    const today = shanghaiDate(new Date(job.dossier.registeredAt));
    const planned = loadCatalogue().stages(matter, fixture().utility, today);
    expect(stages.map(({ stage }) => stage)).toEqual(planned.map(({ code }) => code));
    expect(reference).toMatch(new RegExp(`^${provider}-`));
    expect(await effectsOf(job)).toEqual([['place', 1]]);
    expect(await findings(job)).toEqual([]);
  });

  it('asks for a correction, and goes on with the answer', async () => {
    const items = ['ID_CARD'];
    await setFaults({ outcome: 'ask-correction', reason: 'material-unclear', items, stageMs: 20 });
    const job = await published();
    const asked = { state: 'waiting', reason: 'material-unclear', correction: { items } };
    const { correction } = await untilPublished(job, asked);
    await setFaults({ outcome: null });
    const answer = {
      correctionId: correction!.id,
      fields: {},
      materials: [{ code: 'ID_CARD', method: 'paper' as const }],
      answeredAt: new Date().toISOString(),
    };
    await fixture().publishDesired(nextDesiredState(job, {}, { answers: [answer] }));
    await untilPublished(job, { state: 'completed' });
    expect(await effectsOf(job)).toEqual([
      ['place', 1],
      ['correct', 1],
    ]);
    expect((await pictureOf(job))?.dossier.answers).toMatchObject([{ correctionId: correction!.id }]);
  });

  it.each([
    ['at once', 'refuse', 'not-covered'],
    ['after it took the job', 'return', 'no-capacity'],
  ])('refuses %s, and its code is told in ours', async (_, outcome, reason) => {
    await setFaults({ outcome, reason });
    const job = await published();
    await untilPublished(job, { state: 'refused', reason });
    expect(await findings(job)).toEqual([]);
  });

  it('shows what it holds as held, for as long as it does', async () => {
    await setFaults({ outcome: 'hold', reason: 'no-capacity', stageMs: 20 });
    const job = await published();
    await untilPublished(job, { state: 'held', reason: 'no-capacity', holder: 'provider' });
    await setFaults({ outcome: null });
    await untilPublished(job, { state: 'completed' });
  });

  it('lets a job go', async () => {
    await setFaults({ outcome: 'accept' });
    const job = await accepted();
    await fixture().publishDesired(unwanted(job));
    await untilPublished(job, { state: 'cancelled', withdrawal: 'agreed' });
  });

  it('refuses to let a job go, goes on, and may be asked again for other reasons', async () => {
    await setFaults({ outcome: 'accept', refuseWithdrawals: true });
    const job = await accepted();
    const first = unwanted(job);
    await fixture().publishDesired(first);
    const withdrawalReason = 'withdrawal-too-late';
    await untilPublished(job, { state: 'accepted', withdrawal: 'refused', withdrawalReason });
    const second = unwanted(first, 'lapsed');
    await fixture().publishDesired(second);
    await eventually(async () => expect(await effectsOf(job)).toHaveLength(3));
    await untilPublished(job, { state: 'accepted', withdrawal: 'refused', withdrawalReason });
    await setFaults({ refuseWithdrawals: null });
    await fixture().publishDesired(unwanted(second, 'duplicate'));
    await untilPublished(job, { state: 'cancelled', withdrawal: 'agreed' });
    const kinds = (await effectsOf(job))?.map(([kind]) => kind);
    expect(kinds).toEqual(['place', 'withdraw', 'withdraw', 'withdraw']);
  });

  it('loses a job to another provider and lets it go', async () => {
    await setFaults({ outcome: 'accept' });
    const job = await accepted();
    await fixture().publishDesired(nextDesiredState(job, { provider: otherProvider, attempt: 2 }));
    await untilPublished(job, { state: 'completed', attempt: 2 });
    await eventually(async () => expect((await pictureOf(job))?.isWithdrawn).toBe(true));
    expect(await findings(job)).toEqual([]);
  });

  it.each([{ loseAnswers: 1 }, { takeAfterMs: 700 }])(
    'is not told twice to do what it took without an answer: %j',
    async (fault) => {
      await setFaults(fault);
      const job = await published();
      await untilPublished(job, { state: 'completed' });
      expect(await effectsOf(job)).toEqual([['place', 1]]);
    },
  );

  it('is told when it is back, where it was away', async () => {
    await setFaults({ down: true });
    const job = await published();
    const meanwhile = aDesiredState({ utility: fixture().utility, provider: otherProvider }, job.dossier);
    await fixture().publishDesired(meanwhile);
    await untilPublished(meanwhile, { state: 'completed' });
    expect(await pictureOf(job)).toBeUndefined();
    await setFaults({ down: null });
    // Those who can only be asked are not told again while a call may still be on its way.
    await fixture().endFlight(job.requestId);
    await untilPublished(job, { state: 'completed' });
    expect(await effectsOf(job)).toEqual([['place', 1]]);
    expect(await findings(job)).toEqual([]);
  });

  it('reaches the same end when it reports before it has answered', async () => {
    await setFaults({ delayMs: 150, stageMs: 10 });
    const job = await published();
    await untilPublished(job, { state: 'completed' });
    expect(await effectsOf(job)).toEqual([['place', 1]]);
    expect(await findings(job)).toEqual([]);
  });

  it('is not told twice to correct or to let go what it took without an answer', async () => {
    await setFaults({ outcome: 'accept' });
    const job = await accepted();
    await setFaults({ loseAnswers: 2 });
    const amended = nextDesiredState(job, {}, { fields: fields[1] });
    await fixture().publishDesired(amended);
    await untilPublished(job, { operation: { kind: 'correct', delivery: 'delivered' } });
    await fixture().publishDesired(unwanted(amended));
    await untilPublished(job, { state: 'cancelled' });
    expect(await effectsOf(job)).toEqual([
      ['place', 1],
      ['correct', 1],
      ['withdraw', 1],
    ]);
    expect((await pictureOf(job))?.dossier.fields).toMatchObject(fields[1]);
  });

  it.each(reports)('reaches the same end when its reports come %s', async (how) => {
    await setFaults({ reports: how, lateMs: 300, stageMs: 20 });
    const job = await published();
    await untilPublished(job, { state: 'completed' });
    expect(await findings(job)).toEqual([]);
  });

  if (lists)
    it('makes good by its list what it never reported', async () => {
      await setFaults({ reports: 'never', stageMs: 20 });
      const job = await published();
      await untilPublished(job, { delivered: true });
      await eventually(async () => expect((await pictureOf(job))?.state).toBe('completed'));
      expect((await fixture().operator('POST', `providers/${provider}/reconcile`)).status).toBe(202);
      await untilPublished(job, { state: 'completed' });
      await eventually(async () => {
        const { body } = await fixture().operator('GET', 'providers');
        const all = body.providers as { provider: string; reconciliation: object }[];
        const { reconciliation } = all.find((each) => each.provider === provider)!;
        expect(reconciliation).toMatchObject({ finishedAt: expect.any(String), different: 0, error: null });
      });
    });
}

const simulated = (fixture: AdapterFixture, provider: string): BackOffice => ({
  setFaults: (faults) => fixture.simulator.setFaults(provider, faults),
  pictureOf: ({ requestId }) => fixture.simulator.placementAt(provider, fixture.nameOf(requestId)),
});
