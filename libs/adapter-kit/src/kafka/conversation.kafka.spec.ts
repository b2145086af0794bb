import {
  aKafka,
  AdapterFixture,
  CIRCUIT_OPENS_SOON,
  describeConversation,
  inHouseDialects,
} from '@lianban/testing';

describe('a provider that speaks kafka', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: ['zibo-gas'],
      env: CIRCUIT_OPENS_SOON,
      kafka: await aKafka(undefined, [{ id: 'jinan-gas', utility: 'gas' }]),
      change: (row) =>
        row.id === 'jinan-gas'
          ? { ...inHouseDialects(row), dialect: 'kafka', retrySafety: 'idempotency-key' }
          : inHouseDialects(row),
    });
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describeConversation(
    {
      provider: 'jinan-gas',
      otherProvider: 'zibo-gas',
      matter: 'GAS_NEW',
      fields: [
        { usage: 'residential', appliances: 2 },
        { usage: 'residential', appliances: 3 },
      ],
      reports: ['twice', 'out-of-order', 'late'],
      lists: false,
    },
    () => fixture,
  );
});
