import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosHouse } from '../house/chaos-house.js';
import { FAULTS, LANES } from './faults.js';
import type { Blow } from './schedule.js';

export interface Struck extends Blow {
  /** ms since 1970 */
  from: number;
  until: number;
  /** Why it could not be tried. */
  notTried?: string;
}

/** Lets the blows fall when their moment has come, and remembers when each fell and was healed. */
export class Injector {
  readonly struck: Struck[] = [];

  constructor(
    private readonly house: ChaosHouse,
    private readonly say: (line: string) => void,
  ) {}

  /** @param begun how many requests have been begun. Resolves when the last blow is healed. */
  async run(blows: readonly Blow[], begun: () => number): Promise<void> {
    const lanes = new Map<string, Promise<void>>();
    for (const blow of blows) {
      while (begun() < blow.at) await pause(50);
      const lane = LANES[blow.kind];
      const before = lanes.get(lane) ?? Promise.resolve();
      lanes.set(
        lane,
        before.then(() => this.strike(blow)),
      );
    }
    await Promise.all(lanes.values());
  }

  private async strike(blow: Blow): Promise<void> {
    const from = Date.now();
    this.say(`${describe(blow)} …`);
    const notTried = (await FAULTS[blow.kind].strike(this.house, blow)) ?? undefined;
    this.struck.push({ ...blow, from, until: Date.now(), notTried });
    if (notTried) this.say(`${describe(blow)} was not tried: ${notTried}`);
  }
}

export const describe = ({ kind, target, lasts, how, at }: Blow): string =>
  [`at ${at}: ${kind}`, target, lasts > 0 && `${(lasts / 1_000).toFixed(1)} s`, how && JSON.stringify(how)]
    .filter(Boolean)
    .join(' ');
