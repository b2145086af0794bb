import { SERVICES } from '@lianban/contracts';
import { aRegistration, eventually, type Receipt, type RunningStack } from '@lianban/testing';
import { registerSurely, StatusWatcher } from './many-requests.js';

/** Requests on their way at any time. */
const UNDER_WAY = 16;

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
    const receipts: Receipt[] = [];
    let isOver = false;
    const watcher = new StatusWatcher(stack, receipts);
    const watching = watcher.until(() => isOver && watcher.ended === receipts.length);
    const registerOneAfterAnother = async (): Promise<void> => {
      while (!isOver) {
        const receipt = await registerSurely(
          stack,
          aRegistration('water', 'electricity', 'gas', 'heat', 'telecom'),
        );
        receipts.push(receipt);
        await watcher.untilEnded(receipt);
      }
    };
    const registering = Array.from({ length: UNDER_WAY }, registerOneAfterAnother);
    try {
      for (const service of [...SERVICES, 'provider-simulator']) {
        process.kill(stack.pidOf(service), 'SIGKILL');
        await eventually(() =>
          expect(stack.lines.join('\n')).toContain(`${service.padEnd(20)} ended (SIGKILL)`),
        );
        await watcher.someProgress();
      }
    } finally {
      isOver = true;
    }
    await Promise.all(registering);
    await watching;
    expect(watcher.backwardSteps).toEqual([]);
    const { doubledEffects, effects } = await totals();
    expect({ doubledEffects, effects: effects - before.effects }).toEqual({
      doubledEffects: 0,
      effects: receipts.length * 5,
    });
  }, 400_000);
}
