import { aRegistration, eventually, RunningStack, type Receipt } from '@lianban/testing';
import { registerMany, Watch } from './many-requests.js';

describe('a thousand requests of 32 clients', () => {
  let house: RunningStack;
  beforeAll(async () => {
    house = await RunningStack.start('services', { SIMULATOR_STAGE_MS: '0' });
  });
  afterAll(() => house.stop());

  it('all end', async () => {
    const receipts: Receipt[] = [];
    const started = Date.now();
    const form = () => aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
    await registerMany(house, 1_000, 32, form, (receipt) => receipts.push(receipt));
    const registered = Date.now();
    const watch = new Watch(house, receipts);
    await watch.until(() => watch.ended === 1_000);
    const ended = Date.now();
    process.stdout.write(
      `1,000 requests: ${perSecond(registered - started)}/s registered, ${perSecond(ended - started)}/s to their end\n`,
    );
    expect(watch.wentBack).toEqual([]);
    const totals = await house.simulator('GET', '/totals');
    expect(totals).toMatchObject({ effects: 5_000, doubledEffects: 0 });
    await eventually(() => expect(house.lines.join('\n')).not.toMatch(/"level":"error"/));
  }, 300_000);
});

const perSecond = (milliseconds: number): string => (1_000_000 / milliseconds).toFixed(0);
