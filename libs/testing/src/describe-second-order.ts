import type { IncomingMessage } from 'node:http';
import type { JobDesired, JobDossier } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  nextDesiredState,
  type AdapterFixtureOptions,
} from './adapter-fixture.js';
import { eventually } from './eventually.js';
import { HeldCalls } from './held-calls.js';

export interface SecondOrderCase {
  /** Speaks a dialect that can only be asked, in the simulator as in the adapter. */
  provider: string;
  dossier: Partial<JobDossier>;
  /** Is this the call by which a job is placed, or an order cancelled? */
  isPlacing(request: IncomingMessage, body: string): boolean;
  isCancelling(request: IncomingMessage, body: string): boolean;
}

interface Second {
  reference: string;
  state: string;
  at: string | null;
  reason: string | null;
  lastError: string | null;
}

/** A call that arrives when it was made again long ago: the provider has two orders, and the one too many is withdrawn. */
export function describeSecondOrder(
  adapter: AdapterFixtureOptions,
  { provider, dossier, isPlacing, isCancelling }: SecondOrderCase,
): void {
  describe('that was told twice, by a call that stood still for longer than its lease', () => {
    const calls = new HeldCalls();
    let fixture: AdapterFixture;
    beforeAll(async () => {
      fixture = await AdapterFixture.open({ ...adapter, providersUrl: await calls.open() });
      calls.target = fixture.simulator.url;
    });
    beforeEach(() => fixture.simulator.setFaults(provider, { outcome: 'accept' }));
    afterEach(() => {
      calls.refused = undefined;
      return fixture.simulator.clearFaults();
    });
    afterAll(async () => {
      await fixture.close();
      calls.close();
    });

    const picture = async ({ requestId }: JobDesired) =>
      (await fixture.simulator.placementAt(provider, fixture.nameOf(requestId)))!;
    const secondsOf = async ({ requestId }: JobDesired): Promise<Second[]> => {
      const { body } = await fixture.operator('GET', 'findings');
      const findings = body.findings as { requestId: string; kind: string; secondOrders: Second[] }[];
      return findings
        .filter((each) => each.requestId === requestId && each.kind === 'second-reference')
        .flatMap(({ secondOrders }) => secondOrders);
    };
    const untilSecond = (job: JobDesired, expected: object): Promise<Second> =>
      eventually(async () => {
        const seconds = await secondsOf(job);
        expect(seconds).toEqual([expect.objectContaining(expected)]);
        return seconds[0]!;
      });
    const change = ({ requestId }: JobDesired, set: string) =>
      fixture.query(`update second_order set ${set} where request_id = $1`, [requestId]);

    /** Answers with its two numbers, and keeps the later one for a second order. */
    async function placedTwice(): Promise<{ job: JobDesired; reference: string; second: string }> {
      const letThrough = calls.hold(isPlacing);
      const job = aDesiredState({ utility: fixture.utility, provider }, dossier);
      await fixture.publishDesired(job);
      await fixture.untilPublished(job.requestId, { operation: { delivery: 'unknown' } });
      await fixture.endFlight(job.requestId);
      const { reference } = await fixture.untilPublished(job.requestId, {
        delivered: true,
        state: 'accepted',
      });
      letThrough();
      const references = await eventually(async () => {
        const { references } = await picture(job);
        expect(references).toHaveLength(2);
        return references;
      });
      return { job, reference: reference!, second: references.find((each) => each !== reference)! };
    }

    const oneIsLeft = async (job: JobDesired, second: string, asked: number): Promise<void> =>
      expect(await picture(job)).toMatchObject({
        state: 'accepted',
        withdrawal: 'none',
        seconds: [{ reference: second, isRefused: false, asked }],
      });

    it('lets the second order go, asked once, which an operator sees with its time', async () => {
      const { job, reference, second } = await placedTwice();
      const shown = await untilSecond(job, { reference: second, state: 'withdrawn', lastError: null });
      expect(Math.abs(Date.now() - Date.parse(shown.at!))).toBeLessThan(60_000);
      await oneIsLeft(job, second, 1);
      await fixture.untilPublished(job.requestId, { state: 'accepted', withdrawal: 'none', reference });
    });

    it('has the job itself corrected and withdrawn where it is kept, by its first number', async () => {
      const { job, second } = await placedTwice();
      await untilSecond(job, { state: 'withdrawn' });
      const unwanted = nextDesiredState(job, { cancelReason: 'withdrawn-by-applicant' });
      await fixture.publishDesired(unwanted);
      await fixture.untilPublished(job.requestId, { state: 'cancelled', withdrawal: 'agreed' });
      expect(await picture(job)).toMatchObject({
        isWithdrawn: true,
        seconds: [{ reference: second, asked: 1 }],
      });
    });

    it('is asked by another process where one died between its intention and the call', async () => {
      calls.refused = isCancelling;
      const { job, second } = await placedTwice();
      await untilSecond(job, { state: 'being-withdrawn', lastError: expect.any(String) });
      await change(
        job,
        `leased_until = now() + interval '500 milliseconds', next_at = now(), last_error = null`,
      );
      calls.refused = undefined;
      await untilSecond(job, { state: 'withdrawn' });
      await oneIsLeft(job, second, 1);
    });

    it('has one order left when the cancellation stood still too', async () => {
      const letThrough = calls.hold(isCancelling);
      const { job, second } = await placedTwice();
      await untilSecond(job, { state: 'being-withdrawn', lastError: expect.any(String) });
      await change(job, 'next_at = now()');
      await untilSecond(job, { state: 'withdrawn' });
      await oneIsLeft(job, second, 1);
      letThrough();
      await eventually(() => oneIsLeft(job, second, 2));
      await fixture.untilPublished(job.requestId, { state: 'accepted', withdrawal: 'none' });
    });

    it('may keep it, and an operator reads why', async () => {
      await fixture.simulator.setFaults(provider, { refuseWithdrawals: true });
      const { job, second } = await placedTwice();
      await untilSecond(job, { reference: second, state: 'refused', reason: 'withdrawal-too-late' });
      expect((await picture(job)).seconds).toMatchObject([{ isRefused: true, asked: 1 }]);
      await fixture.untilPublished(job.requestId, { state: 'accepted', withdrawal: 'none' });
    });

    it('is asked again when an operator says so, where it was given up', async () => {
      calls.refused = isCancelling;
      const { job, second } = await placedTwice();
      await untilSecond(job, { state: 'being-withdrawn', lastError: expect.any(String) });
      await change(job, 'next_at = null, leased_until = now()');
      await untilSecond(job, { state: 'given-up' });
      calls.refused = undefined;
      const { body } = await fixture.operator('GET', 'findings');
      const { id } = (body.findings as { id: string; requestId: string; kind: string }[]).find(
        ({ requestId, kind }) => requestId === job.requestId && kind === 'second-reference',
      )!;
      expect((await fixture.operator('POST', `findings/${id}/retry`)).status).toBe(202);
      await untilSecond(job, { state: 'withdrawn' });
      await oneIsLeft(job, second, 1);
      expect((await fixture.operator('POST', `findings/${id}/retry`)).status).toBe(404);
    });

    it('is asked when it is back, where it was away', async () => {
      calls.refused = isCancelling;
      const { job, second } = await placedTwice();
      await untilSecond(job, { state: 'being-withdrawn', lastError: expect.any(String) });
      calls.refused = undefined;
      await change(job, 'next_at = now()');
      await untilSecond(job, { state: 'withdrawn' });
      await oneIsLeft(job, second, 1);
    });
  });
}
