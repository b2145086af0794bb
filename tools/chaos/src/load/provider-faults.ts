import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.js';

const PROVIDERS = ['jinan-water', 'jinan-electricity', 'jinan-gas', 'jinan-heat', 'jinan-unicom'];
const GATEWAY = 'sms';
const FAULT_DURATION_MS = 1_500;

/** What faults a provider may have for a while. */
const FAULTS: readonly ((random: Random) => object)[] = [
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
const GATEWAY_FAULTS = FAULTS.slice(0, 3);

/** Gives the simulated providers faults, one after another, and removes all at the end. */
export class ProviderFaults {
  private isOver = false;

  constructor(
    private readonly simulatorUrl: string,
    private readonly random: Random,
    private readonly fixedFaults?: Record<string, object>,
  ) {}

  /** Until `end`: the fixed faults all the time, or one random fault after another. */
  async run(): Promise<void> {
    for (const [provider, fixedFaults] of Object.entries(this.fixedFaults ?? {}))
      await this.setFaults(provider, fixedFaults);
    while (!this.isOver) await (this.fixedFaults ? pause(FAULT_DURATION_MS) : this.setRandomFault());
    await fetch(`${this.simulatorUrl}/control/faults`, { method: 'DELETE' });
  }

  private async setRandomFault(): Promise<void> {
    const provider = this.random.pick([...PROVIDERS, GATEWAY]);
    const fault = this.random.pick(provider === GATEWAY ? GATEWAY_FAULTS : FAULTS)(this.random);
    await this.setFaults(provider, fault);
    await pause(FAULT_DURATION_MS);
    await this.setFaults(provider, Object.fromEntries(Object.keys(fault).map((name) => [name, null])));
  }

  end(): void {
    this.isOver = true;
  }

  /** The simulator accepts this even where its fault is to be down. */
  private async setFaults(provider: string, fixedFaults: object): Promise<void> {
    await fetch(`${this.simulatorUrl}/control/providers/${provider}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fixedFaults),
    });
  }
}
