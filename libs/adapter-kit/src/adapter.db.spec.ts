import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { JobDesired } from '@lianban/contracts';
import { Checkpoints } from '@lianban/messaging';
import { Metrics } from '@lianban/service-kit';
import {
  AdapterFixture,
  aDesiredState,
  eventually,
  LoopbackServer,
  nextDesiredState,
  SimulatorProcess,
} from '@lianban/testing';
import { Webhook } from 'standardwebhooks';
import { ReceiveReport } from './reports/receive-report.js';

const PROVIDERS = ['jinan-gas', 'zibo-gas'];

describe('an adapter', () => {
  let world: AdapterFixture;
  beforeAll(async () => {
    const env = { CALL_TIMEOUT_MS: '1000' };
    world = await AdapterFixture.open({ utility: 'gas', providers: PROVIDERS, env });
  });
  afterAll(() => world.close());
  afterEach(() => world.simulator.clearFaults());

  const effectsOf = ({ requestId }: JobDesired) =>
    world.simulator.effects({ placement: world.nameOf(requestId) });

  async function placed(desired = aDesiredState()): Promise<JobDesired> {
    await world.simulator.setFaults(desired.provider, { reports: 'never' });
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    return desired;
  }

  async function parked(provider = 'zibo-gas'): Promise<[JobDesired, string]> {
    await world.simulator.setFaults(provider, { failWith: 500 });
    const desired = aDesiredState({ provider });
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { operation: { delivery: 'parked' } });
    const { body } = await world.operator('GET', 'operations/parked');
    const operations = body.operations as { id: string; requestId: string; owner: string }[];
    const { id, owner } = operations.find(({ requestId }) => requestId === desired.requestId)!;
    expect(owner).toBe('operator');
    return [desired, id];
  }

  describe('a job', () => {
    it('is placed, accepted, taken through its stages and completed, each told as it comes', async () => {
      await world.simulator.setFaults('zibo-gas', { stageMs: 300 });
      const desired = aDesiredState();
      await world.publishDesired(desired);
      const last = await world.untilPublished(desired.requestId, { state: 'completed' });
      expect(last).toMatchObject({
        operation: { kind: 'place', delivery: 'delivered' },
        delivered: true,
        accepted: true,
        reference: expect.stringMatching(/^zibo-gas-/),
      });
      expect(last.stages.length).toBeGreaterThan(2);
      const told = await world.published(desired.requestId);
      expect(told.map(({ version }) => version)).toEqual(told.map((_, at) => at + 1));
      expect([...new Set(told.map(({ state }) => state))]).toEqual([
        'placed',
        'accepted',
        'in-progress',
        'completed',
      ]);
      expect(await effectsOf(desired)).toBe(1);
    });

    it('that is wanted twice is placed once', async () => {
      const desired = aDesiredState();
      await world.publishDesired(desired, desired);
      await world.untilPublished(desired.requestId, { state: 'completed' });
      await world.publishDesired(desired);
      await world.publishDesired(nextDesiredState(desired));
      await eventually(async () => {
        const [{ version }] = (await world.query<{ version: string }>(
          `select desired_version::text as version from placement where request_id = $1`,
          [desired.requestId],
        )) as [{ version: string }];
        expect(version).toBe('2');
      });
      expect(await effectsOf(desired)).toBe(1);
    });

    it('that is refused ends with the reason', async () => {
      await world.simulator.setFaults('zibo-gas', { outcome: 'refuse', reason: 'not-covered' });
      const desired = aDesiredState();
      await world.publishDesired(desired);
      await world.untilPublished(desired.requestId, { state: 'refused', reason: 'not-covered' });
    });
  });

  describe('a report', () => {
    const signedBy =
      (provider: string, at = new Date()) =>
      (id: string, body: string) => ({
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(SimulatorProcess.secretOf(provider)).sign(id, at, body),
      });

    async function post(
      report: object,
      { to = 'zibo-gas', sign = signedBy(to), id = randomUUID() as string } = {},
    ): Promise<{ status: number; code?: string }> {
      const body = JSON.stringify(report);
      const answer = await fetch(`${world.address}/v1/providers/${to}/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sign(id, body) },
        body,
      });
      const text = await answer.text();
      return { status: answer.status, ...(text && { code: JSON.parse(text).code }) };
    }

    const about = (desired: JobDesired, more: object = {}) => ({
      placement: world.nameOf(desired.requestId),
      at: new Date().toISOString(),
      state: 'accepted',
      ...more,
    });

    it('in order is taken', async () => {
      const desired = await placed();
      expect(await post(about(desired))).toEqual({ status: 202 });
      await world.untilPublished(desired.requestId, { state: 'accepted' });
    });

    it('that says null for what it leaves open is kept without it, as the document of the officer has it', async () => {
      const desired = await placed();
      const nothing = { sequence: null, holder: null, dueDate: null, withdrawal: null };
      const correction = { items: ['fields.usage'], dueDate: null };
      const report = {
        at: new Date().toISOString(),
        state: 'waiting',
        reason: 'material-missing',
        correction,
      };
      expect(await post({ ...about(desired), ...report, ...nothing })).toEqual({ status: 202 });
      const [{ body }] = (await world.query<{ body: object }>(
        'select body from report where request_id = $1',
        [desired.requestId],
      )) as [{ body: object }];
      expect(body).toEqual({ ...report, correction: { items: ['fields.usage'] } });
    });

    it('with a bad signature is refused', async () => {
      const desired = await placed();
      const refused = { status: 401, code: 'bad-signature' };
      expect(await post(about(desired), { sign: signedBy('jinan-gas') })).toEqual(refused);
      expect(await post(about(desired), { sign: () => ({}) as never })).toEqual(refused);
      const other = signedBy('zibo-gas')('other', '{}');
      expect(await post(about(desired), { sign: () => other })).toEqual(refused);
    });

    it.each([-6, 6])('whose signature is %d minutes off is refused', async (minutes) => {
      const at = new Date(Date.now() + minutes * 60_000);
      const desired = await placed();
      const sign = signedBy('zibo-gas', at);
      expect(await post(about(desired), { sign })).toEqual({ status: 401, code: 'report-too-old' });
      const unsigned = (id: string, body: string) => ({ ...sign(id, body), 'webhook-signature': 'v1,é v1,' });
      expect(await post(about(desired), { sign: unsigned })).toEqual({ status: 401, code: 'bad-signature' });
    });

    it('is taken where our own clock is an hour wrong', async () => {
      const desired = await placed();
      const [sign, now] = [signedBy('zibo-gas'), Date.now()];
      const clock = jest.spyOn(Date, 'now').mockReturnValue(now - 3_600_000);
      expect(await post(about(desired), { sign })).toEqual({ status: 202 });
      clock.mockRestore();
    });

    it('whose id came before is refused, and changes nothing', async () => {
      const desired = await placed();
      const id = randomUUID();
      await post(about(desired), { id });
      const replayed = about(desired, { state: 'completed' });
      expect(await post(replayed, { id })).toEqual({ status: 409, code: 'report-repeated' });
      await world.untilPublished(desired.requestId, { state: 'accepted' });
    });

    it.each([
      ['an unknown job', () => `${randomUUID()}:gas:1`],
      ['a job of another utility', (name: string) => name.replace('gas', 'water')],
      ['another attempt', (name: string) => name.replace(/1$/, '2')],
    ])('for %s is refused', async (_, changed) => {
      const desired = await placed();
      const report = about(desired, { placement: changed(world.nameOf(desired.requestId)) });
      expect(await post(report)).toEqual({ status: 404, code: 'unknown-job' });
    });

    it('for a job of another provider is refused in the same words', async () => {
      const desired = await placed();
      expect(await post(about(desired), { to: 'jinan-gas' })).toEqual({ status: 404, code: 'unknown-job' });
    });

    it('to a provider that there is not, or of another utility, is refused', async () => {
      const desired = await placed();
      for (const to of ['nobody-gas', 'zibo-water'])
        expect(await post(about(desired), { to })).toEqual({ status: 404, code: 'not-found' });
    });

    it.each([
      ['a state that there is not', { state: 'finished' }],
      ['a sequence in words', { sequence: 'first' }],
      ['no time', { at: undefined }],
      ['a placement that is none', { placement: '------------------------------------:gas:1' }],
    ])('with %s is refused', async (_, wrong) => {
      const desired = await placed();
      expect(await post(about(desired, wrong))).toEqual({ status: 422, code: 'invalid-form' });
    });

    it('on an attempt that there is not uses up nothing: one on the right attempt with the same id is taken beside it', async () => {
      const { requestId, provider } = await placed();
      const report = { at: new Date().toISOString(), state: 'accepted' } as const;
      const id = randomUUID();
      const take = world.app.get(ReceiveReport);
      const outcomes = await Promise.allSettled(
        [9, 1].map((attempt) => take.execute({ id, provider, requestId, attempt, report })),
      );
      expect(outcomes).toMatchObject([
        { status: 'rejected', reason: { code: 'unknown-job' } },
        { status: 'fulfilled' },
      ]);
      await world.untilPublished(requestId, { state: 'accepted' });
    });

    it('that comes late or twice is kept and changes nothing', async () => {
      const desired = await placed();
      await post(about(desired, { sequence: 2, state: 'in-progress' }));
      for (const sequence of [1, 2])
        expect(await post(about(desired, { sequence }))).toEqual({ status: 202 });
      await post(about(desired, { sequence: 3, state: 'completed' }));
      const told = await world.published(desired.requestId);
      expect(told.map(({ state }) => state)).toEqual(['placed', 'in-progress', 'completed']);
      const kept = await world.query(
        'select not_applied as "notApplied" from report where request_id = $1 order by received_at',
        [desired.requestId],
      );
      expect(kept).toEqual([null, 'older', 'older', null].map((notApplied) => ({ notApplied })));
    });

    it.each(['twice', 'out-of-order'])('of a provider that reports %s does no harm', async (reports) => {
      await world.simulator.setFaults('zibo-gas', { reports, stageMs: 10 });
      const desired = aDesiredState();
      await world.publishDesired(desired);
      await world.untilPublished(desired.requestId, { state: 'completed' });
    });
  });

  describe('an operation whose budget is spent', () => {
    it('is parked with an owner, and done once when an operator has it retried', async () => {
      const [desired, id] = await parked();
      await world.simulator.clearFaults();
      expect((await world.operator('POST', `operations/${id}/retry`)).status).toBe(202);
      await world.untilPublished(desired.requestId, { state: 'completed' });
      expect(await effectsOf(desired)).toBe(1);
    });

    it('is counted for its provider, with the calls that were made and when it was last heard of', async () => {
      const before = Date.now() / 1_000;
      await placed(aDesiredState({ provider: 'jinan-gas' }));
      await parked();
      const text = await world.app.get(Metrics).registry.metrics();
      const valueOf = (series: RegExp): number => Number(series.exec(text)?.[1]);
      expect(valueOf(/lianban_operations\{provider="zibo-gas",state="parked".*\} (\d+)/)).toBeGreaterThan(0);
      expect(valueOf(/lianban_provider_circuit_open\{provider="jinan-gas".*\} (\d)/)).toBe(0);
      expect(
        valueOf(/lianban_provider_call_seconds_count\{.*provider="jinan-gas",outcome="taken"\} (\d+)/),
      ).toBeGreaterThan(0);
      expect(
        valueOf(/lianban_provider_last_heard_timestamp_seconds\{provider="jinan-gas".*\} ([\d.]+)/),
      ).toBeGreaterThanOrEqual(before);
    });

    it('fails its job when an operator gives it up', async () => {
      const [desired, id] = await parked();
      expect((await world.operator('POST', `operations/${id}/give-up`)).status).toBe(202);
      await world.untilPublished(desired.requestId, {
        state: 'failed',
        reason: 'given-up',
        delivered: false,
      });
      const again = await world.operator('POST', `operations/${id}/retry`);
      expect(again).toMatchObject({ status: 404, body: { code: 'not-found' } });
    });

    it('is nobody else’s to decide on', async () => {
      const [, id] = await parked();
      const path = `ops/adapter-gas/operations/${id}/retry`;
      const officer = { role: 'officer', provider: 'zibo-gas' };
      expect(await world.call('POST', path, officer)).toMatchObject({
        status: 403,
        body: { code: 'wrong-role' },
      });
    });
  });

  describe('a process that died with an operation in hand', () => {
    /** What a killed process leaves: the row says "sending", the lease has run out. */
    const die = ({ requestId }: JobDesired) =>
      world.query(
        `update operation set status = 'sending', outcome_unknown = false, tries = 0, last_error = null,
           lease_until = now() - interval '1 second', in_flight_until = now() - interval '1 second'
         where request_id = $1`,
        [requestId],
      );

    it.each(PROVIDERS)('after %s took it has no second effect', async (provider) => {
      await world.simulator.setFaults(provider, { delayMs: 60_000, reports: 'never' });
      const desired = aDesiredState({ provider });
      await world.publishDesired(desired);
      await eventually(async () => expect(await effectsOf(desired)).toBe(1));
      await world.untilPublished(desired.requestId, { operation: { delivery: 'parked' } });
      await die(desired);
      await world.simulator.clearFaults();
      await world.untilPublished(desired.requestId, { operation: { delivery: 'delivered' } });
      expect(await effectsOf(desired)).toBe(1);
    });

    it.each(PROVIDERS)('before %s had it is made good', async (provider) => {
      const [desired] = await parked(provider);
      await die(desired);
      await world.simulator.clearFaults();
      await world.untilPublished(desired.requestId, { state: 'completed' });
      expect(await effectsOf(desired)).toBe(1);
    });
  });

  describe('a look-up', () => {
    it('does not take a call that is still on its way for absent', async () => {
      await world.simulator.setFaults('jinan-gas', { takeAfterMs: 2_500 });
      const desired = aDesiredState({ provider: 'jinan-gas' });
      await world.publishDesired(desired);
      await world.untilPublished(desired.requestId, { operation: { delivery: 'unknown' } });
      await world.untilPublished(desired.requestId, { state: 'completed' });
      expect(await effectsOf(desired)).toBe(1);
      expect(
        await world.query('select tries from operation where request_id = $1', [desired.requestId]),
      ).toEqual([{ tries: 1 }]);
    });
  });

  it('does not make a call that it comes to when its lease is over', async () => {
    const mayGoOn = Promise.withResolvers<void>();
    const held = jest
      .spyOn(world.app.get(Checkpoints), 'reach')
      .mockImplementation((step) => (step === 'handler-committed' ? mayGoOn.promise : undefined));
    const [late, next] = [aDesiredState({ provider: 'jinan-gas' }), aDesiredState({ provider: 'jinan-gas' })];
    await world.publishDesired(late);
    await world.untilPublished(late.requestId, { state: 'completed' });
    held.mockRestore();
    mayGoOn.resolve();
    await world.publishDesired(next);
    await world.untilPublished(next.requestId, { state: 'completed' });
    expect(await effectsOf(late)).toBe(1);
  });
});

describe('a provider that is away', () => {
  let world: AdapterFixture;
  beforeAll(async () => {
    const env = { CIRCUIT_MAX_FAILURES: '2', CIRCUIT_RESET_MS: '20' };
    world = await AdapterFixture.open({ utility: 'gas', providers: PROVIDERS, env });
  });
  afterAll(() => world.close());

  it.each(PROVIDERS)(
    'costs what waits for %s nothing, and takes it all when it is back',
    async (provider) => {
      await world.simulator.setFaults(provider, { down: true });
      const desiredStates = Array.from({ length: 12 }, () => aDesiredState({ provider }));
      await world.publishDesired(...desiredStates);
      const away = async () => {
        const { body } = await world.operator('GET', 'providers');
        return (body.providers as { provider: string; failures: number }[]).find(
          (each) => each.provider === provider,
        );
      };
      await eventually(async () => expect((await away())!.failures).toBeGreaterThan(20));
      const parked = await world.query(`select 1 from operation where status = 'parked'`);
      expect(parked).toEqual([]);
      await world.simulator.clearFaults();
      for (const { requestId } of desiredStates)
        await world.untilPublished(requestId, { state: 'completed' });
      expect(await away()).toMatchObject({ state: 'working', failures: 0 });
      expect(await world.simulator.effects({ provider })).toBe(desiredStates.length);
    },
  );

  it.each(PROVIDERS)(
    'and stood still for longer than any lease has done everything once, at %s',
    async (provider) => {
      const before = await world.simulator.effects({ provider });
      const desiredStates = Array.from({ length: 12 }, () => aDesiredState({ provider }));
      world.simulator.freeze();
      await world.publishDesired(...desiredStates);
      await eventually(async () => {
        const ids = desiredStates.map(({ requestId }) => requestId);
        const over = await world.query(
          `select 1 from operation where request_id = any($1::uuid[]) and outcome_unknown and in_flight_until < now()`,
          [ids],
        );
        expect(over).toHaveLength(desiredStates.length);
      });
      world.simulator.thaw();
      for (const { requestId } of desiredStates)
        await world.untilPublished(requestId, { state: 'completed' });
      expect(await world.simulator.effects({ provider })).toBe(before + desiredStates.length);
    },
  );

  it('holds up nobody else', async () => {
    await world.simulator.setFaults('jinan-gas', { down: true });
    const [stuck, other] = [aDesiredState({ provider: 'jinan-gas' }), aDesiredState()];
    await world.publishDesired(stuck, other);
    await world.untilPublished(other.requestId, { state: 'completed' });
    await eventually(async () => {
      const [first] = await world.published(stuck.requestId);
      expect(first).toMatchObject({ state: 'placed', delivered: false });
    });
    await world.simulator.clearFaults();
  });

  it('publishes once since when it could not be reached, and nothing new while each try fails the same way', async () => {
    await world.simulator.setFaults('zibo-gas', { down: true });
    const desired = aDesiredState();
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { operation: { delivery: 'unknown' } });
    const nextTries = new Set<string>();
    await eventually(async () => {
      const [operation] = await world.query<{ next_at: Date }>(
        'select next_at from operation where request_id = $1',
        [desired.requestId],
      );
      expect(nextTries.add(operation!.next_at.toISOString()).size).toBeGreaterThan(4);
    });
    const unreachable = (await world.published(desired.requestId)).filter(
      ({ operation }) => operation.delivery === 'unknown',
    );
    expect(unreachable).toHaveLength(1);
    await world.simulator.clearFaults();
    await world.untilPublished(desired.requestId, { state: 'completed' });
  });
});

describe.each([3_600_000, -3_600_000])('an adapter whose clock is wrong by %d ms', (wrong) => {
  let world: AdapterFixture;
  beforeAll(async () => {
    const right = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => right() + wrong);
    const env = { DELIVERY_MAX_TRIES: '1000' };
    world = await AdapterFixture.open({ utility: 'gas', providers: PROVIDERS, env });
  });
  afterAll(async () => {
    await world.close();
    jest.restoreAllMocks();
  });

  it.each(PROVIDERS)('is understood by %s, and tries again in time', async (provider) => {
    await world.simulator.setFaults(provider, { failWith: 500 });
    const desired = aDesiredState({ provider });
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { operation: { delivery: 'unknown' } });
    await world.simulator.clearFaults();
    await world.untilPublished(desired.requestId, { state: 'completed' });
    expect(await world.simulator.effects({ placement: world.nameOf(desired.requestId) })).toBe(1);
  });
});

describe('a provider with limits', () => {
  /** Answers only when so many calls wait at once, and remembers the most. */
  class Crowd extends LoopbackServer {
    most = 0;
    private waiting: ServerResponse[] = [];
    protected readonly server = createServer((request, response) => {
      request.resume();
      this.waiting.push(response);
      this.most = Math.max(this.most, this.waiting.length);
      if (this.waiting.length >= this.size) this.answer();
    });

    constructor(private readonly size: number) {
      super();
    }

    private answer(): void {
      for (const response of this.waiting.splice(0)) response.end(JSON.stringify({ outcome: 'taken' }));
    }
  }

  it('is given as many calls at once as it allows, and never more', async () => {
    const crowd = new Crowd(8);
    const providersUrl = await crowd.open();
    const env = { CALL_TIMEOUT_MS: '20000' };
    const world = await AdapterFixture.open({ utility: 'gas', providers: PROVIDERS, providersUrl, env });
    try {
      const desiredStates = Array.from({ length: 24 }, () => aDesiredState());
      await world.publishDesired(...desiredStates);
      for (const { requestId } of desiredStates) await world.untilPublished(requestId, { delivered: true });
      expect(crowd.most).toBe(8);
    } finally {
      crowd.close();
      await world.close();
    }
  });
});
