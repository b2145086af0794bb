import { loadCatalogue } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
import { describeDriver, SimulatorProcess } from '@lianban/testing';
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
        new Tmf641Driver({
          provider: loadCatalogue().provider(id)!,
          endpoint: unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/${id}`,
          secret: [SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : id)],
          callback: 'http://127.0.0.1:1/reports',
          callbacks: 'http://127.0.0.1:1/callbacks',
          source: 'adapter-telecom',
          timeout: TIMEOUT,
          clock: new Clock(),
        }),
      () => simulator.scripted(id, 'telecom', TIMEOUT),
    ),
  );
});
