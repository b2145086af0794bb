import {
  AdapterFixture,
  CIRCUIT_OPENS_SOON,
  describeConversation,
  inHouseDialects,
  OfficersAtWork,
} from '@lianban/testing';

const ON_FEED = { dialect: 'feed', retrySafety: 'idempotency-key' as const };

describe('a provider that speaks a house dialect', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: ['jinan-gas', 'zibo-gas'],
      env: CIRCUIT_OPENS_SOON,
      change: (row) => ({ ...inHouseDialects(row), ...(row.id === 'jinan-gas' && ON_FEED) }),
    });
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describe.each([
    ['feed', 'jinan-gas', 'zibo-gas'],
    ['webhook', 'zibo-gas', 'jinan-gas'],
  ])('%s', (dialect, provider, otherProvider) =>
    describeConversation(
      {
        provider,
        otherProvider,
        matter: 'GAS_NEW',
        fields: [
          { usage: 'residential', appliances: 2 },
          { usage: 'residential', appliances: 3 },
        ],
        reports: ['twice', 'out-of-order', 'late'],
        lists: dialect === 'webhook',
      },
      () => fixture,
    ),
  );
});

describe('a provider whose officers work here', () => {
  let fixture: AdapterFixture;
  let officers: OfficersAtWork;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'heat',
      providers: ['jinan-heat', 'zibo-heat'],
      env: CIRCUIT_OPENS_SOON,
    });
    const li = { role: 'officer', provider: 'zibo-heat', sub: 'officer-li' };
    officers = new OfficersAtWork('heat', 'zibo-heat', (method, path, body) =>
      fixture.call(method, path, li, body),
    );
  });
  afterEach(() => officers.clearFaults());
  afterAll(async () => {
    await officers.stop();
    await fixture.close();
  });

  describeConversation(
    {
      provider: 'zibo-heat',
      otherProvider: 'jinan-heat',
      matter: 'HEAT_NEW',
      fields: [
        { usage: 'residential', heatedArea: '89.5', heatingKind: 'floor' },
        { usage: 'residential', heatedArea: '120', heatingKind: 'floor' },
      ],
      reports: ['twice', 'out-of-order', 'late'],
      lists: false,
    },
    () => fixture,
    () => officers,
  );
});
