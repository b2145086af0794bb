import { AdapterFixture, describeConversation, inHouseDialects } from '@lianban/testing';

const ON_FEED = { dialect: 'feed', retrySafety: 'idempotency-key' as const };

describe('a provider that speaks a house dialect', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: ['jinan-gas', 'zibo-gas'],
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
