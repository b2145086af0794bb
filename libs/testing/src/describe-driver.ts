import { randomUUID } from 'node:crypto';
import type { OperationBody, UtilityDriver } from '@lianban/adapter-kit';
import type { Utility } from '@lianban/contracts';
import { ProviderRefused, ProviderUnavailable, ProviderUnknown } from '@lianban/adapter-kit';

export interface RelayOptions {
  /** Does a broker or a folder take the operations, so that the provider answers by reports alone? */
  isRelayed?: boolean;
}

export interface DriverOptions {
  /** Points to where nobody listens. */
  unreachable?: boolean;
  /** Signs with a secret that is not the provider's. */
  wrongSecret?: boolean;
}

/** A provider that plays along: what it does to the next calls, and what it really did. */
export interface ScriptedProvider {
  id: string;
  utility: Utility;
  refuse(reason: string): Promise<void>;
  loseAnswer(): Promise<void>;
  answerTooLate(): Promise<void>;
  fail(status: number): Promise<void>;
  clearFaults(): Promise<void>;
  effects(operation: string): Promise<number>;
}

const MATTERS: Record<string, string> = {
  water: 'WATER_NEW',
  electricity: 'ELEC_NEW',
  gas: 'GAS_NEW',
  heat: 'HEAT_NEW',
  telecom: 'TEL_NEW',
};

export function anOperation(changes: Partial<OperationBody> = {}): OperationBody {
  const requestId = randomUUID();
  const { utility = 'gas' } = changes;
  return {
    operation: randomUUID(),
    kind: 'place',
    placement: `${requestId}:${utility}:1`,
    requestId,
    utility,
    provider: 'jinan-gas',
    attempt: 1,
    version: 1,
    promisedDate: '2026-06-01',
    dossier: {
      receiptNumber: 'LB370102-20260511-J-00001-A',
      matter: MATTERS[utility]!,
      registeredAt: '2026-05-11T01:00:00.000Z',
      applicant: { kind: 'person' },
      address: { district: '370102', text: '历下区样例路1号' },
      fields: {},
      materials: [],
      answers: [],
    },
    ...changes,
  };
}

const anOperationAt = ({ id, utility }: ScriptedProvider): OperationBody =>
  anOperation({ provider: id, utility });

/** What holds for every dialect; run it against a real provider or one that plays it over the real protocol. */
export function describeDriver(
  name: string,
  retrySafety: UtilityDriver['retrySafety'],
  makeDriver: (options: DriverOptions) => UtilityDriver,
  provider: () => ScriptedProvider,
  { isRelayed = false }: RelayOptions = {},
): void {
  const place = () => anOperationAt(provider());

  describe(`${name}, as every dialect`, () => {
    afterEach(() => provider().clearFaults());

    if (!isRelayed) describeAnswers(makeDriver, provider);

    it('has an operation taken', async () => {
      const order = place();
      await makeDriver({}).place(order);
      expect(await provider().effects(order.operation)).toBe(1);
    });

    it('has a correction and a withdrawal taken', async () => {
      const driver = makeDriver({});
      const order = place();
      await driver.place(order);
      for (const kind of ['correct', 'withdraw'] as const) {
        const next = { ...order, operation: randomUUID(), kind };
        await driver[kind](next);
        expect(await provider().effects(next.operation)).toBe(1);
      }
    });

    it('knows that nothing was sent where nobody listens', async () => {
      const failure = await failureOf(makeDriver({ unreachable: true }).place(place()));
      expect(failure).toBeInstanceOf(ProviderUnavailable);
      expect(failure).toMatchObject({ away: true });
    });

    it.each([
      ['an answer that is lost', 'loseAnswer'],
      ['an answer that comes too late', 'answerTooLate'],
    ] as const)('does not know what came of %s, where it was taken', async (_, fault) => {
      await provider()[fault]();
      const order = place();
      const failure = await failureOf(makeDriver({}).place(order));
      expect(failure).toBeInstanceOf(ProviderUnknown);
      expect(failure).toMatchObject({ away: true });
      expect(await provider().effects(order.operation)).toBe(1);
    });

    it('does not blame the applicant for a wrong secret', async () => {
      const order = place();
      expect(await failureOf(makeDriver({ wrongSecret: true }).place(order))).not.toBeInstanceOf(
        ProviderRefused,
      );
      expect(await provider().effects(order.operation)).toBe(0);
    });

    describeSecondTry(retrySafety, makeDriver, provider, isRelayed);
  });
}

/** What a provider that answers its calls says in the answer. */
function describeAnswers(
  makeDriver: (options: DriverOptions) => UtilityDriver,
  provider: () => ScriptedProvider,
): void {
  const place = () => anOperationAt(provider());

  it('has the number of the provider in the answer', async () => {
    expect((await makeDriver({}).place(place())).reference).toMatch(/./);
  });

  it('takes a refusal as one, with its reason', async () => {
    await provider().refuse('arrears');
    const failure = await failureOf(makeDriver({}).place(place()));
    expect(failure).toBeInstanceOf(ProviderRefused);
    expect(failure).toMatchObject({ reason: 'arrears', providerMessage: expect.any(String) });
  });

  it.each([
    [500, false],
    [503, true],
  ])('does not know what came of a %d', async (status, away) => {
    await provider().fail(status);
    const failure = await failureOf(makeDriver({}).place(place()));
    expect(failure).toBeInstanceOf(ProviderUnknown);
    expect(failure).toMatchObject({ away });
  });
}

/** The claim of a driver about what makes a second try safe, tested with a provider that took it and lost the answer. */
function describeSecondTry(
  retrySafety: UtilityDriver['retrySafety'],
  makeDriver: (options: DriverOptions) => UtilityDriver,
  provider: () => ScriptedProvider,
  isRelayed: boolean,
): void {
  async function aPlacementWithoutAnswer(driver: UtilityDriver): Promise<OperationBody> {
    await provider().loseAnswer();
    const order = anOperationAt(provider());
    await failureOf(driver.place(order));
    await provider().clearFaults();
    return order;
  }

  it(`says that a second try is safe by ${retrySafety}`, () =>
    expect(makeDriver({}).retrySafety).toBe(retrySafety));

  if (retrySafety === 'idempotency-key') {
    it('sends an operation again after an answer that was lost, without a second effect', async () => {
      const driver = makeDriver({});
      const order = await aPlacementWithoutAnswer(driver);
      const answer = await driver.place(order);
      if (!isRelayed) expect(answer.reference).toMatch(/./);
      expect(await driver.place(order)).toMatchObject(answer);
      expect(await provider().effects(order.operation)).toBe(1);
    });
    return;
  }

  it('finds an operation whose answer was lost, without a second effect', async () => {
    const driver = makeDriver({});
    const order = await aPlacementWithoutAnswer(driver);
    expect(await driver.queryStatus!(order)).toMatchObject({
      found: 'taken',
      reference: expect.stringMatching(/./),
    });
    expect(await provider().effects(order.operation)).toBe(1);
  });

  it('distinguishes what a provider does not have from what it refused', async () => {
    const driver = makeDriver({});
    expect(await driver.queryStatus!(anOperationAt(provider()))).toEqual({ found: 'absent' });
    await provider().refuse('arrears');
    const order = anOperationAt(provider());
    await failureOf(driver.place(order));
    expect(await driver.queryStatus!(order)).toMatchObject({ found: 'refused', reason: 'arrears' });
  });

  it('does not take a status query that failed for an answer', async () => {
    const order = await aPlacementWithoutAnswer(makeDriver({}));
    for (const options of [{ unreachable: true }, { wrongSecret: true }]) {
      const failure = await failureOf(makeDriver(options).queryStatus!(order));
      expect(failure).not.toBeInstanceOf(ProviderRefused);
      expect([ProviderUnavailable, ProviderUnknown]).toContain((failure as Error).constructor);
    }
    expect(await failureOf(makeDriver({ wrongSecret: true }).queryStatus!(order))).toBeInstanceOf(
      ProviderUnknown,
    );
  });
}

/** What it threw; throws where it did not. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call was expected to fail');
}
