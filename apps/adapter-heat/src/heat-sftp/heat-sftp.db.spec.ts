import type { DriverContext } from '@lianban/adapter-kit';
import { AdapterFixture, describeConversation, type ChangeProvider } from '@lianban/testing';
import { HeatSftpDriver } from './heat-sftp.driver.js';

const COMPANY = 'jinan-heat';
const OTHER = 'zibo-heat';
/** As shipped, and another that has a system too. */
const change: ChangeProvider = (row) =>
  row.id === OTHER ? { ...row, dialect: 'webhook', endpoint: `/${OTHER}`, credential: OTHER } : row;
const adapter = {
  utility: 'heat' as const,
  providers: [COMPANY, OTHER],
  dialects: { 'heat-sftp': (context: DriverContext) => new HeatSftpDriver(context) },
  change,
  env: { CALL_TIMEOUT_MS: '2000' },
};

describe('a heating company that takes spreadsheets', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => (fixture = await AdapterFixture.open(adapter)));
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  describeConversation(
    {
      provider: COMPANY,
      otherProvider: OTHER,
      matter: 'HEAT_NEW',
      fields: [
        { usage: 'residential', heatedArea: '89.5', heatingKind: 'floor' },
        { usage: 'residential', heatedArea: '120', heatingKind: 'floor' },
      ],
      reports: ['twice', 'out-of-order', 'late'],
      lists: false,
    },
    () => fixture,
  );
});
