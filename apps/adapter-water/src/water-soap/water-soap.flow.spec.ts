import { loadCatalogue } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
import { describeDriver, SimulatorProcess } from '@lianban/testing';
import { WaterSoapDriver } from './water-soap.driver.js';

const TIMEOUT = 500;

describe('water-soap', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start()));
  afterAll(() => simulator.stop());

  describeDriver(
    'water-soap',
    'status-query',
    ({ unreachable, wrongSecret }) =>
      new WaterSoapDriver({
        provider: loadCatalogue().provider('jinan-water')!,
        endpoint: unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/jinan-water`,
        secret: [SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : 'jinan-water')],
        callback: 'http://127.0.0.1:1/reports',
        callbacks: 'http://127.0.0.1:1/callbacks',
        source: 'adapter-water',
        timeout: TIMEOUT,
        clock: new Clock(),
      }),
    () => simulator.scripted('jinan-water', 'water', TIMEOUT),
  );
});
