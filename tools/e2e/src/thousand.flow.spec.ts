import { aRegistration, eventually, RunningStack, type Receipt } from '@lianban/testing';
import { registerMany, Watch } from './many-requests.js';

describe('a thousand requests of 32 clients', () => {
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await RunningStack.start('services', { SIMULATOR_STAGE_MS: '0' });
  });
  afterAll(() => stack.stop());

  it('all end', async () => {
    const receipts: Receipt[] = [];
    const started = Date.now();
    const form = () => aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
    await registerMany(stack, 1_000, 32, form, (receipt) => receipts.push(receipt));
    const registered = Date.now();
    const watch = new Watch(stack, receipts);
    await watch.until(() => watch.ended === 1_000);
    const ended = Date.now();
    process.stdout.write(
      `1,000 requests: ${perSecond(registered - started)}/s registered, ${perSecond(ended - started)}/s to their end\n`,
    );
    expect(watch.wentBack).toEqual([]);
    const totals = await stack.simulator('GET', '/totals');
    expect(totals).toMatchObject({ effects: 5_000, doubledEffects: 0 });
    await eventually(() => expect(stack.lines.join('\n')).not.toMatch(/"level":"error"/));
  }, 300_000);
});

const perSecond = (milliseconds: number): string => (1_000_000 / milliseconds).toFixed(0);
