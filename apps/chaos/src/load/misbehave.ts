import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.js';

export const PROVIDERS = ['jinan-water', 'jinan-electricity', 'jinan-gas', 'jinan-heat', 'jinan-unicom'];
const GATEWAY = 'sms';
const GAP = 1_500;

/** What a provider may do wrong for a while. */
const WRONGS: readonly ((random: Random) => object)[] = [
  (random) => ({ loseAnswers: random.whole(1, 6) }),
  (random) => ({ failWith: random.pick([500, 502, 503]), failTimes: random.whole(1, 6) }),
  (random) => ({ delayMs: random.whole(100, 1_500) }),
  (random) => ({ takeAfterMs: random.whole(100, 1_500) }),
  () => ({ reports: 'twice' }),
  () => ({ reports: 'out-of-order' }),
  (random) => ({ reports: 'late', lateMs: random.whole(200, 2_000) }),
  () => ({ outcome: 'ask-correction', reason: 'material-unclear', items: ['ID_CARD'] }),
  () => ({ outcome: 'hold', reason: 'permit' }),
  () => ({ outcome: 'return', reason: 'no-capacity' }),
  () => ({ refuseWithdrawals: true }),
  () => ({ down: true }),
];
const OF_GATEWAY = 4;

/** Lets the simulated providers misbehave, one after another, and behave again at the end. */
export class Misbehaving {
  private isOver = false;

  constructor(
    private readonly simulatorUrl: string,
    private readonly random: Random,
    private readonly wrongs = WRONGS,
  ) {}

  async run(): Promise<void> {
    while (!this.isOver) {
      const provider = this.random.pick([...PROVIDERS, GATEWAY]);
      const wrongs = provider === GATEWAY ? this.wrongs.slice(0, OF_GATEWAY - 1) : this.wrongs;
      const wrong = this.random.pick(wrongs)(this.random);
      await this.order(provider, wrong);
      await pause(GAP);
      await this.order(provider, Object.fromEntries(Object.keys(wrong).map((name) => [name, null])));
    }
    await fetch(`${this.simulatorUrl}/control/orders`, { method: 'DELETE' });
  }

  end(): void {
    this.isOver = true;
  }

  /** The simulator may be under orders to be away: it always hears new ones. */
  private async order(provider: string, orders: object): Promise<void> {
    await fetch(`${this.simulatorUrl}/control/providers/${provider}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(orders),
    });
  }
}
