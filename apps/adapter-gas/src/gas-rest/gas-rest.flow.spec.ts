import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, describeDriver, SimulatorProcess } from '@lianban/testing';
import { GasRestDriver } from './gas-rest.driver.js';

const TIMEOUT = 500;

describe('gas-rest', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start()));
  afterAll(() => simulator.stop());

  describe.each(['basic', 'post'])('with the secret sent by %s', (clientAuthentication) => {
    const provider = loadCatalogue().provider('jinan-gas')!;
    describeDriver(
      'gas-rest',
      'status-query',
      ({ unreachable, wrongSecret }) =>
        new GasRestDriver(
          aDriverContext({
            provider: { ...provider, settings: { ...provider.settings, clientAuthentication } },
            endpoint: unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/jinan-gas`,
            secret: [SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : 'jinan-gas')],
            timeout: TIMEOUT,
          }),
        ),
      () => simulator.scripted('jinan-gas', 'gas', TIMEOUT),
    );
  });
});
