import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, describeDriver, SimulatorProcess } from '@lianban/testing';
import { Tmf641Driver } from './tmf641.driver.js';

const TIMEOUT = 500;

describe('tmf641', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start()));
  afterAll(() => simulator.stop());

  describe.each(['jinan-mobile', 'jinan-unicom', 'zibo-telecom'])('%s', (id) =>
    describeDriver(
      'tmf641',
      'status-query',
      ({ unreachable, wrongSecret }) =>
        new Tmf641Driver(
          aDriverContext({
            provider: loadCatalogue().provider(id)!,
            endpoint: unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/${id}`,
            secret: [SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : id)],
            timeout: TIMEOUT,
          }),
        ),
      () => simulator.scripted(id, 'telecom', TIMEOUT),
    ),
  );
});
