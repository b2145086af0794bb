import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosStack } from '../stack/chaos-stack.js';
import { FAULTS, LANES } from './faults.js';
import type { ScheduledFault } from './schedule.js';

export interface InjectedFault extends ScheduledFault {
  /** ms since 1970 */
  from: number;
  until: number;
  /** Why it could not be tried. */
  notTried?: string;
}

/** Injects each fault when its moment has come, and records when it began and ended. */
export class Injector {
  readonly injected: InjectedFault[] = [];

  constructor(
    private readonly stack: ChaosStack,
    private readonly print: (line: string) => void,
  ) {}

  /** @param begun how many requests have been begun. Resolves when the last fault is over. */
  async run(schedule: readonly ScheduledFault[], begun: () => number): Promise<void> {
    const lanes = new Map<string, Promise<void>>();
    for (const scheduled of schedule) {
      while (begun() < scheduled.at) await pause(50);
      const lane = LANES[scheduled.kind];
      const before = lanes.get(lane) ?? Promise.resolve();
      lanes.set(
        lane,
        before.then(() => this.inject(scheduled)),
      );
    }
    await Promise.all(lanes.values());
  }

  private async inject(scheduled: ScheduledFault): Promise<void> {
    const from = Date.now();
    this.print(`${describe(scheduled)} …`);
    const notTried = (await FAULTS[scheduled.kind].inject(this.stack, scheduled)) ?? undefined;
    this.injected.push({ ...scheduled, from, until: Date.now(), notTried });
    if (notTried) this.print(`${describe(scheduled)} was not tried: ${notTried}`);
  }
}

export const describe = ({ kind, target, durationMs, parameters, at }: ScheduledFault): string =>
  [
    `at ${at}: ${kind}`,
    target,
    durationMs > 0 && `${(durationMs / 1_000).toFixed(1)} s`,
    parameters && JSON.stringify(parameters),
  ]
    .filter(Boolean)
    .join(' ');
