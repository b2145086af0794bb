import { createHmac, randomUUID } from 'node:crypto';
import type { DriverContext } from '@lianban/adapter-kit';
import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  CIRCUIT_OPENS_SOON,
  describeConversation,
  eventually,
  SimulatorProcess,
  asShipped,
} from '@lianban/testing';
import { GridRestDriver } from './grid-rest.driver.js';

const COMPANY = 'jinan-electricity';
const OLD = SimulatorProcess.secretOf('the secret before');
const SECRET = SimulatorProcess.secretOf(COMPANY);

/** As shipped, while the company's secret is being changed. */
const adapter = {
  utility: 'electricity' as const,
  dialects: { 'grid-rest': (context: DriverContext) => new GridRestDriver(context) },
  change: asShipped,
  env: {
    ...CIRCUIT_OPENS_SOON,
    PROVIDER_SECRETS: JSON.stringify({
      [COMPANY]: [SECRET, OLD],
      'zibo-electricity': SimulatorProcess.secretOf('zibo-electricity'),
    }),
  },
};

describe('a grid company that calls with signed reports', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open(adapter);
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describeConversation(
    {
      provider: COMPANY,
      otherProvider: 'zibo-electricity',
      matter: 'ELEC_NEW',
      fields: [
        { usage: 'residential', capacity: 8 },
        { usage: 'residential', capacity: 16 },
      ],
      reports: ['twice', 'out-of-order', 'late'],
      lists: true,
    },
    () => fixture,
  );

  /** Calls as a company does that was written from the document alone. */
  async function call(progress: object, { secret = SECRET, at = Date.now(), sent = progress } = {}) {
    const [timestamp, nonce] = [String(Math.floor(at / 1_000)), randomUUID()];
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key)
      .update(`${timestamp}\n${nonce}\n${JSON.stringify(progress)}`)
      .digest('base64');
    const answer = await fetch(`${fixture.address}/v1/providers/${COMPANY}/callbacks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-grid-timestamp': timestamp,
        'x-grid-nonce': nonce,
        'x-grid-signature': signature,
      },
      body: JSON.stringify(sent),
    });
    const text = await answer.text();
    if (!text) return [answer.status];
    const { code, errors } = JSON.parse(text) as { code: string; errors?: { pointer: string }[] };
    return [answer.status, code, ...(errors ?? []).map(({ pointer }) => pointer)];
  }

  /** The company itself says nothing of it. */
  async function aSilentJob(): Promise<JobDesired> {
    await fixture.simulator.setFaults(COMPANY, { reports: 'never' });
    const job = aDesiredState({ utility: 'electricity', provider: COMPANY }, { matter: 'ELEC_NEW' });
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { delivered: true });
    return job;
  }

  const aProgress = ({ requestId }: JobDesired, changes: object = {}) => ({
    eventId: randomUUID(),
    externalNo: fixture.nameOf(requestId),
    sequence: 1,
    time: new Date().toISOString(),
    status: '10',
    ...changes,
  });

  const untilFound = (job: JobDesired, kind: string) =>
    eventually(async () => {
      const found = await fixture.query('select kind from finding where request_id = $1', [job.requestId]);
      expect(found).toEqual([{ kind }]);
    });

  it('is believed for what it signed with either secret, and for nothing else', async () => {
    const job = await aSilentJob();
    const progress = aProgress(job);
    expect(await call(progress, { secret: SimulatorProcess.secretOf('nobody') })).toEqual([
      401,
      'bad-signature',
    ]);
    expect(await call(progress, { sent: { ...progress, status: '90' } })).toEqual([401, 'bad-signature']);
    const sixMinutesAgo = Date.now() - 360_000;
    expect(await call(progress, { at: sixMinutesAgo })).toEqual([401, 'report-too-old']);
    expect(await call(progress, { secret: OLD })).toEqual([202]);
    await fixture.untilPublished(job.requestId, { state: 'accepted' });
  });

  it('signs with its old secret in vain once that has ended, which the operator sees it still does', async () => {
    const job = await aSilentJob();
    await call(aProgress(job), { secret: OLD });
    const secrets = `providers/${COMPANY}/secrets`;
    const { body } = await fixture.operator('GET', secrets);
    expect(body.secrets).toMatchObject([{ isNewest: true }, { lastUsedAt: expect.any(String) }]);
    expect((await fixture.operator('POST', `${secrets}/end-previous`)).status).toBe(204);
    const next = aProgress(job, { sequence: 2, status: '20' });
    expect(await call(next, { secret: OLD })).toEqual([401, 'bad-signature']);
    expect(await call(next)).toEqual([202]);
  });

  it('may tell a thing twice, and a past thing late', async () => {
    const job = await aSilentJob();
    const [accepted, surveyed, done] = [
      aProgress(job, { sequence: 1, step: 'BUSINESS_ACCEPTANCE' }),
      aProgress(job, { sequence: 2, status: '20', step: 'FIELD_SURVEY' }),
      aProgress(job, { sequence: 3, status: '90', applicationNo: 'A-1' }),
    ];
    for (const each of [surveyed, surveyed, done, accepted]) expect(await call(each)).toEqual([202]);
    const { stages } = await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(stages.map(({ stage }) => stage)).toEqual(['SURVEY']);
    const reports = await fixture.query('select 1 from report where request_id = $1', [job.requestId]);
    expect(reports).toHaveLength(3);
  });

  it('goes through more stages for a high voltage', async () => {
    await fixture.simulator.setFaults(COMPANY, { stageMs: 20 });
    const job = aDesiredState(
      { utility: 'electricity', provider: COMPANY },
      { matter: 'ELEC_NEW_HV', fields: { supplyCapacity: 630 } },
    );
    await fixture.publishDesired(job);
    const { stages } = await fixture.untilPublished(job.requestId, { state: 'completed' });
    expect(stages.map(({ stage }) => stage)).toEqual([
      ...['ACCEPT', 'SURVEY', 'PLAN_REPLY', 'DESIGN_REVIEW', 'MID_INSPECTION', 'COMPLETION_CHECK'],
      ...['CONTRACT', 'ENERGISE'],
    ]);
  });

  it('gives the applicant its plan and its contract to read', async () => {
    const job = await aSilentJob();
    const plan = { name: '供电方案答复单', url: 'https://documents.jinan-electricity.example/A-1/plan.pdf' };
    const told = { step: 'PLAN_REPLY', documents: [{ type: 'SUPPLY_PLAN', ...plan }] };
    expect(await call(aProgress(job, told))).toEqual([202]);
    await fixture.untilPublished(job.requestId, { documents: [{ kind: 'plan', ...plan }] });
  });

  it('tells of steps within it without the applicant hearing of them', async () => {
    const job = await aSilentJob();
    expect(await call(aProgress(job, { status: '20', step: 'SURVEY_DISPATCH' }))).toEqual([202]);
    const { stages } = await fixture.untilPublished(job.requestId, { state: 'in-progress' });
    expect(stages).toEqual([]);
  });

  it.each([
    ['a status', { status: '77' }, 'unknown-state'],
    ['a status that every object has', { status: 'toString' }, 'unknown-state'],
    ['a step', { step: 'SOLDER' }, 'unknown-stage'],
    ['a step that every object has', { step: 'toString' }, 'unknown-stage'],
    ['a step of a higher voltage', { step: 'DESIGN_REVIEW' }, 'unknown-stage'],
    ['a reason', { status: '40', reasonCode: 'E7777' }, 'unknown-reason'],
    [
      'a place for a document',
      { documents: [{ type: 'OTHER', name: 'x', url: 'https://evil.example/x' }] },
      'unknown-document',
    ],
    [
      'a kind of document',
      { documents: [{ type: 'JOKE', name: 'x', url: 'https://documents.jinan-electricity.example/x' }] },
      'unknown-document',
    ],
    ['a holder', { status: '40', reasonCode: 'E3001', holder: 'neighbour' }, 'unknown-holder'],
  ])('is taken at its word but for %s that nobody knows, which an operator sees', async (_, odd, kind) => {
    const job = await aSilentJob();
    expect(await call(aProgress(job, odd))).toEqual([202]);
    await untilFound(job, kind);
  });

  it.each([
    ['a time without its offset', { time: '2026-11-28T09:30:00' }, [422, 'invalid-form', '/time']],
    ['no count', { sequence: undefined }, [422, 'invalid-form', '/sequence']],
    ['an id that cannot be kept', { eventId: '号'.repeat(3) }, [422, 'invalid-form', '/eventId']],
    ['somebody else`s number', { externalNo: 'A-4711' }, [404, 'unknown-job']],
    ['a job of nobody', { externalNo: `${randomUUID()}:electricity:1` }, [404, 'unknown-job']],
  ])('is told what is wrong with %s', async (_, odd, refusal) => {
    const job = await aSilentJob();
    expect(await call(aProgress(job, odd))).toEqual(refusal);
    expect((await fixture.published(job.requestId)).at(-1)).toMatchObject({ state: 'placed' });
  });
});
