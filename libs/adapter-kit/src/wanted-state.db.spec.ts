import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  eventually,
  nextDesiredState,
  type ProviderPlacement,
} from '@lianban/testing';

/** Who honours our operation id, and who is looked up. */
const PROVIDERS = ['zibo-gas', 'jinan-gas'];
const otherThan = (provider: string) => PROVIDERS.find((id) => id !== provider)!;

/** How a placement comes to stand where a newer desired finds it, and how the provider comes round. */
interface Standing {
  orders: object;
  delivery: 'pending' | 'unknown' | 'parked';
  /** Has the provider taken it without our knowing? */
  isTaken: boolean;
  budget: number;
}

const STANDINGS: Record<string, Standing> = {
  'in flight': { orders: { delayMs: 600 }, delivery: 'pending', isTaken: true, budget: 1000 },
  'unknown, and taken': { orders: { delayMs: 60_000 }, delivery: 'unknown', isTaken: true, budget: 1000 },
  'unknown, and not taken': { orders: { down: true }, delivery: 'unknown', isTaken: false, budget: 1000 },
  'parked, and taken': { orders: { delayMs: 60_000 }, delivery: 'parked', isTaken: true, budget: 2 },
  'parked, and not taken': { orders: { down: true }, delivery: 'parked', isTaken: false, budget: 2 },
};

describe.each([1000, 2])('while a placement stands there, with a budget of %d calls', (budget) => {
  let world: AdapterFixture;
  beforeAll(async () => {
    const env = { DELIVERY_MAX_TRIES: String(budget), CALL_TIMEOUT_MS: '800' };
    world = await AdapterFixture.open({ utility: 'gas', providers: PROVIDERS, env });
  });
  afterAll(() => world.close());
  afterEach(() => world.simulator.clearFaults());

  const standings = Object.entries(STANDINGS).filter(([, standing]) => standing.budget === budget);
  const cells = standings.flatMap(([name, standing]) =>
    PROVIDERS.map((provider): [string, string, Standing] => [name, provider, standing]),
  );
  const pictureOf = ({ requestId, provider, attempt }: JobDesired) =>
    world.simulator.placementAt(provider, world.nameOf(requestId, attempt));

  /** Has a job placed, and leaves the placement where it is to stand. */
  async function standingAt({ orders, delivery, isTaken }: Standing, provider: string, play: object = {}) {
    await world.simulator.setFaults(provider, { stageMs: 60_000, ...play, ...orders });
    const desired = aDesiredState({ provider });
    await world.publishDesired(desired);
    if (isTaken) await eventually(async () => expect(await pictureOf(desired)).toBeDefined());
    // While a first placement is on its way, nothing is said of it.
    if (delivery !== 'pending')
      await world.untilPublished(desired.requestId, { operation: { kind: 'place', delivery } });
    return desired;
  }

  const comeRound = (provider: string) => world.simulator.setFaults(provider, { delayMs: null, down: null });

  /** A parked operation is woken by the desired, so its provider has come round before; others come round after. */
  async function wantMeanwhile(
    desired: JobDesired,
    { delivery }: Standing,
    from: JobDesired,
    meanwhile = async () => {},
  ) {
    if (delivery === 'parked') await comeRound(from.provider);
    await world.publishDesired(desired);
    await meanwhile();
    await comeRound(from.provider);
  }

  /** Every operation had one effect, and the provider has one number for the job. */
  function expectOnce({ references, operations }: ProviderPlacement): void {
    expect(references).toHaveLength(1);
    expect(operations.map(({ effects }) => effects)).toEqual(operations.map(() => 1));
  }

  describe.each(cells)('%s at %s', (_, provider, standing) => {
    it('a withdrawal leaves the provider without the job', async () => {
      const desired = await standingAt(standing, provider);
      await wantMeanwhile(
        nextDesiredState(desired, { cancelReason: 'withdrawn-by-applicant' }),
        standing,
        desired,
      );
      await world.untilPublished(desired.requestId, {
        state: 'cancelled',
        withdrawal: 'agreed',
        reason: 'withdrawn-by-applicant',
      });
      const picture = await pictureOf(desired);
      if (!standing.isTaken && provider === 'jinan-gas') return expect(picture).toBeUndefined();
      expectOnce(picture!);
      expect(picture).toMatchObject({
        isWithdrawn: true,
        operations: [{ kind: 'place' }, { kind: 'withdraw' }],
      });
    });

    it('an amendment leaves the provider with the newest dossier', async () => {
      const desired = await standingAt(standing, provider);
      const amended = nextDesiredState(desired, {}, { fields: { usage: 'commercial' } });
      await wantMeanwhile(amended, standing, desired);
      await eventually(async () =>
        expect(await pictureOf(desired)).toMatchObject({ dossier: { fields: { usage: 'commercial' } } }),
      );
      await world.untilPublished(desired.requestId, {
        operation: { delivery: 'delivered' },
        delivered: true,
      });
      const picture = (await pictureOf(desired))!;
      expectOnce(picture);
      const isAbsent = !standing.isTaken && provider === 'jinan-gas';
      expect(picture.operations.map(({ kind }) => kind)).toEqual(isAbsent ? ['place'] : ['place', 'correct']);
    });

    it('a re-route is placed at once, and leaves the old provider without the job', async () => {
      const desired = await standingAt(standing, provider);
      const rerouted = nextDesiredState(desired, { attempt: 2, provider: otherThan(provider) });
      await world.simulator.setFaults(rerouted.provider, { stageMs: 60_000 });
      await wantMeanwhile(rerouted, standing, desired, async () => {
        await world.untilPublished(desired.requestId, {
          attempt: 2,
          operation: { kind: 'place', delivery: 'delivered' },
        });
      });
      await eventually(async () => {
        const ends = await world.query<{ state: string }>(
          'select state from placement where request_id = $1 order by attempt',
          [desired.requestId],
        );
        expect(ends).toEqual([{ state: 'cancelled' }, { state: 'placed' }]);
      });
      expectOnce((await pictureOf(rerouted))!);
      const old = await pictureOf(desired);
      if (!standing.isTaken && provider === 'jinan-gas') return expect(old).toBeUndefined();
      expectOnce(old!);
      expect(old!.isWithdrawn).toBe(true);
    });

    if (!standing.isTaken) return;

    it('an answered correction reaches the provider, which goes on', async () => {
      const play = { outcome: 'ask-correction', items: ['PROPERTY_CERT'], stageMs: 0 };
      const desired = await standingAt(standing, provider, play);
      const { correction } = await world.untilPublished(desired.requestId, { state: 'waiting' });
      const answer = {
        correctionId: correction!.id,
        materials: [{ code: 'PROPERTY_CERT', method: 'paper' as const }],
        fields: {},
        answeredAt: '2026-11-24T01:00:00.000Z',
      };
      await wantMeanwhile(nextDesiredState(desired, {}, { answers: [answer] }), standing, desired);
      await world.untilPublished(desired.requestId, { state: 'completed' });
      const picture = (await pictureOf(desired))!;
      expectOnce(picture);
      expect(picture).toMatchObject({
        state: 'completed',
        dossier: { answers: [{ correctionId: correction!.id }] },
        operations: [{ kind: 'place' }, { kind: 'correct' }],
      });
    });
  });
});
