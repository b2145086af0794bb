import { SERVICES } from '@lianban/contracts';
import { aRegistration, eventually, RunningStack, type Receipt } from '@lianban/testing';
import { registerMany, StatusWatcher } from './many-requests.js';

const REQUESTS = 300;
const CLIENTS = 32;

describe('a stack with many requests at once, whose services are killed one after another', () => {
  let stack: RunningStack;
  afterAll(() => stack.stop());

  it('ends all its requests, with one effect per operation and no phase going back', async () => {
    stack = await RunningStack.start('services', {
      SIMULATOR_STAGE_MS: '1000',
      DELIVERY_FIRST_WAIT_MS: '200',
      CALL_TIMEOUT_MS: '1000',
    });
    const form = () => aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
    const receipts: Receipt[] = [];
    const registering = registerMany(stack, REQUESTS, CLIENTS, form, (receipt) => receipts.push(receipt));
    const watcher = new StatusWatcher(stack, receipts);
    const watching = watcher.until(() => watcher.ended === REQUESTS);
    for (const service of [...SERVICES, 'provider-simulator']) {
      process.kill(stack.pidOf(service), 'SIGKILL');
      await eventually(() =>
        expect(stack.lines.join('\n')).toContain(`${service.padEnd(20)} ended (SIGKILL)`),
      );
      await watcher.someProgress();
    }
    await registering;
    await watching;

    expect(watcher.ended).toBe(REQUESTS);
    expect(watcher.backwardSteps).toEqual([]);
    const totals = await stack.simulator<{ doubledEffects: number; effects: number }>('GET', '/totals');
    expect(totals).toMatchObject({ doubledEffects: 0, effects: REQUESTS * 5 });
  }, 400_000);
});
