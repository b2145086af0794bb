import { SERVICES } from '@lianban/contracts';
import { aRegistration, eventually, type Receipt, type RunningStack } from '@lianban/testing';
import { registerMany, StatusWatcher } from './many-requests.js';

const REQUESTS = 150;
const CLIENTS = 16;

interface Totals {
  effects: number;
  doubledEffects: number;
}

/** Many requests at once, on a stack whose services are processes of their own. */
export function describeKilledUnderLoad(running: () => RunningStack): void {
  it('ends each once, no phase going back, though the services are killed one after another', async () => {
    const stack = running();
    const totals = (): Promise<Totals> => stack.simulator('GET', '/totals');
    const before = await totals();
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
    expect(watcher.ended).toBeLessThan(REQUESTS);
    await registering;
    await watching;
    expect(watcher.ended).toBe(REQUESTS);
    expect(watcher.backwardSteps).toEqual([]);
    const { doubledEffects, effects } = await totals();
    expect({ doubledEffects, effects: effects - before.effects }).toEqual({
      doubledEffects: 0,
      effects: REQUESTS * 5,
    });
  }, 400_000);
}
