import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.js';

const HOUR = 3_600_000;

/** One process whose clock is an hour wrong, for a while. */
export const clock: Fault = {
  choose: (random, { instances }) => ({
    target: random.pick(instances),
    lasts: random.whole(8_000, 12_000),
    how: { shift: random.pick([-HOUR, HOUR]) },
  }),
  async strike({ processes }, { target, lasts, how }) {
    const env = { CLOCK_SHIFT_MS: String(how!.shift) };
    await processes.restart(target!, 'SIGTERM', { preloads: ['shift-clock'], env });
    await pause(lasts);
    await processes.restart(target!, 'SIGTERM');
  },
};
