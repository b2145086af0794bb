import { setTimeout as pause } from 'node:timers/promises';
import type { FaultType } from './fault.js';

const HOUR_MS = 3_600_000;

/** One process whose clock is an hour wrong, for a while. */
export const clock: FaultType = {
  choose: (random, { instances }) => ({
    target: random.pick(instances),
    durationMs: random.whole(8_000, 12_000),
    parameters: { shift: random.pick([-HOUR_MS, HOUR_MS]) },
  }),
  async inject({ processes }, { target, durationMs, parameters }) {
    const env = { CLOCK_SHIFT_MS: String(parameters!.shift) };
    await processes.restart(target!, 'SIGTERM', { preloads: ['shift-clock'], env });
    await pause(durationMs);
    await processes.restart(target!, 'SIGTERM');
  },
};
