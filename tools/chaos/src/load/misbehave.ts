import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.js';

const PROVIDERS = ['jinan-water', 'jinan-electricity', 'jinan-gas', 'jinan-heat', 'jinan-unicom'];
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
/** The first three. */
const OF_GATEWAY = WRONGS.slice(0, 3);

/** Lets the simulated providers misbehave, one after another, and behave again at the end. */
export class Misbehaving {
  private isOver = false;

  constructor(
    private readonly simulatorUrl: string,
    private readonly random: Random,
    private readonly orders?: Record<string, object>,
  ) {}

  /** Until `end`: as `orders` say all the time, or one wrong after another as chance has it. */
  async run(): Promise<void> {
    for (const [provider, orders] of Object.entries(this.orders ?? {})) await this.order(provider, orders);
    while (!this.isOver) await (this.orders ? pause(GAP) : this.doWrong());
    await fetch(`${this.simulatorUrl}/control/faults`, { method: 'DELETE' });
  }

  private async doWrong(): Promise<void> {
    const provider = this.random.pick([...PROVIDERS, GATEWAY]);
    const wrong = this.random.pick(provider === GATEWAY ? OF_GATEWAY : WRONGS)(this.random);
    await this.order(provider, wrong);
    await pause(GAP);
    await this.order(provider, Object.fromEntries(Object.keys(wrong).map((name) => [name, null])));
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
