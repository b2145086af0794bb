import { ProviderStatuses } from './providers/provider-statuses.js';
import { AdapterFixture, aDesiredState, eventually } from '@lianban/testing';

const PROVIDER = 'zibo-gas';
const OTHER = 'jinan-gas';

interface Status {
  provider: string;
  waiting: number;
}

describe('what an operator sees of the providers', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    const env = { CIRCUIT_MAX_FAILURES: '2' };
    fixture = await AdapterFixture.open({ utility: 'gas', providers: [PROVIDER, OTHER], env });
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  async function statusOf(provider: string): Promise<Status> {
    const { body } = await fixture.operator('GET', 'providers');
    return (body.providers as Status[]).find((each) => each.provider === provider)!;
  }
  const pause = (provider = PROVIDER) => fixture.operator('POST', `providers/${provider}/pause`);
  const resume = (provider = PROVIDER) => fixture.operator('POST', `providers/${provider}/resume`);

  it('is each with its dialect and limits, and that it works', async () => {
    const { body } = await fixture.operator('GET', 'providers');
    expect(body.providers).toMatchObject([
      { provider: 'jinan-gas', dialect: 'webhook', state: 'working', since: null, waiting: 0, parked: 0 },
      { provider: 'zibo-gas', ratePerSecond: 20, concurrency: 8, waitingSince: null, pausedBy: null },
    ]);
  });

  it('is each with its secrets counted and never shown', async () => {
    const { body } = await fixture.operator('GET', 'providers');
    expect(body.providers).toMatchObject([{ secrets: 1 }, { secrets: 1 }]);
  });

  it('is paused until it is resumed: it is told nothing, what it reports is taken, and nobody else waits', async () => {
    const before = aDesiredState();
    await fixture.simulator.setFaults(PROVIDER, { outcome: 'accept' });
    await fixture.publishDesired(before);
    await fixture.untilPublished(before.requestId, { state: 'accepted' });
    expect((await pause()).status).toBe(204);
    expect((await pause()).status).toBe(204);
    const [job, other] = [aDesiredState(), aDesiredState({ provider: OTHER })];
    await fixture.publishDesired(job, other);
    await fixture.untilPublished(other.requestId, { state: 'completed' });
    const name = fixture.nameOf(before.requestId);
    const at = new Date().toISOString();
    expect(await fixture.post(PROVIDER, { placement: name, sequence: 9, at, state: 'completed' })).toEqual({
      status: 202,
    });
    await fixture.untilPublished(before.requestId, { state: 'completed' });
    expect(await statusOf(PROVIDER)).toMatchObject({
      ...{ state: 'paused', since: expect.any(String), pausedBy: expect.any(String) },
      ...{ waiting: 1, waitingSince: expect.any(String) },
    });
    expect(await statusOf(OTHER)).toMatchObject({ state: 'working', waiting: 0 });
    expect(await fixture.simulator.effects({ placement: fixture.nameOf(job.requestId) })).toBe(0);
    expect((await resume()).status).toBe(204);
    await fixture.untilPublished(job.requestId, { state: 'accepted', delivered: true });
    expect(await statusOf(PROVIDER)).toMatchObject({ state: 'working', since: null, waiting: 0 });
  });

  it('is paused for every instance, and says so as a metric', async () => {
    const replica = await fixture.addReplica();
    await pause();
    await eventually(() => expect(replica.get(ProviderStatuses).isPaused(PROVIDER)).toBe(true));
    const metrics = await (await fetch(`${fixture.address}/metrics`)).text();
    expect(metrics).toMatch(/lianban_provider_paused\{provider="zibo-gas".*\} 1/);
    expect(metrics).toMatch(/lianban_provider_paused\{provider="jinan-gas".*\} 0/);
    await resume();
    await eventually(() => expect(replica.get(ProviderStatuses).isPaused(PROVIDER)).toBe(false));
  });

  it('is away where it does not answer, and was heard of when it last did', async () => {
    await fixture.simulator.setFaults(OTHER, { down: true });
    const job = aDesiredState({ provider: OTHER });
    await fixture.publishDesired(job);
    await eventually(async () =>
      expect(await statusOf(OTHER)).toMatchObject({ state: 'away', since: expect.any(String), waiting: 1 }),
    );
    await fixture.simulator.clearFaults();
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    await eventually(async () =>
      expect(await statusOf(OTHER)).toMatchObject({ state: 'working', heardAt: expect.any(String) }),
    );
  });

  it('is for operators alone, and of this utility alone', async () => {
    const path = `ops/adapter-gas/providers`;
    const officer = { role: 'officer', provider: PROVIDER };
    expect((await fixture.call('GET', path, officer)).status).toBe(403);
    expect((await fixture.call('POST', `${path}/${PROVIDER}/pause`, officer)).status).toBe(403);
    for (const other of ['jinan-water', 'nobody']) expect((await pause(other)).status).toBe(404);
  });
});
