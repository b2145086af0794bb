import { loadCatalogue } from '@lianban/catalogue';
import { Clock } from '@lianban/service-kit';
import { anOperation, describeDriver, SimulatorProcess, type ScriptedProvider } from '@lianban/testing';
import { WebhookDriver } from './webhook.driver.js';
import { workbenchDriver } from './workbench.driver.js';

const TIMEOUT = 500;
const catalogue = loadCatalogue();

describe('dialects', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start()));
  afterAll(() => simulator.stop());

  const played = (id: string): ScriptedProvider => {
    const order = async (orders: object) => {
      await simulator.setFaults(id, { reports: 'never', ...orders });
    };
    return {
      id,
      refuse: (reason) => order({ outcome: 'refuse', reason }),
      loseAnswer: () => order({ loseAnswers: true }),
      answerTooLate: () => order({ delayMs: 10 * TIMEOUT }),
      fail: (status) => order({ failWith: status }),
      clearFaults: () => simulator.clearFaults(),
      effects: (operation) => simulator.effects({ operation }),
    };
  };

  describe.each([
    ['zibo-gas', 'same-key'],
    ['jinan-gas', 'look-up'],
  ])('%s', (id, repeats) =>
    describeDriver(
      `webhook with ${repeats}`,
      ({ unreachable: nobodyThere, wrongSecret }) =>
        new WebhookDriver(catalogue.provider(id)!, {
          endpoint: nobodyThere ? 'http://127.0.0.1:1' : `${simulator.url}/${id}`,
          secret: SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : id),
          callback: 'http://127.0.0.1:1/reports',
          source: 'adapter-gas',
          timeout: TIMEOUT,
          clock: new Clock(),
        }),
      () => played(id),
    ),
  );
});

describe('workbench', () => {
  it('takes what it is told by writing it down, the same number each time', async () => {
    const order = anOperation({ provider: 'zibo-heat' });
    const { reference } = await workbenchDriver.place(order);
    expect(reference).toMatch(/^WB-/);
    expect(await workbenchDriver.place(order)).toEqual({ reference });
    expect(await workbenchDriver.correct({ ...order, kind: 'correct' })).toEqual({});
    expect(await workbenchDriver.withdraw({ ...order, kind: 'withdraw' })).toEqual({});
  });

  it('needs no look-up: telling it twice is telling it once', () =>
    expect(workbenchDriver.retrySafety).toBe('same-key'));
});
