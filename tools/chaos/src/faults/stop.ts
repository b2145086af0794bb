import { setTimeout as pause } from 'node:timers/promises';
import { LEASE, SESSION_TIMEOUT } from '../house/environment.js';
import type { Fault } from './fault.js';

const LONG = Math.max(LEASE, SESSION_TIMEOUT) + 1_000;

/** A process that stands still for longer than its session and its leases, and then goes on as if nothing had been. */
export const stop: Fault = {
  choose: (random, { instances }) => ({
    target: random.pick(instances),
    lasts: random.whole(LONG, LONG + 3_000),
  }),
  async strike({ processes }, { target, lasts }) {
    processes.signal(target!, 'SIGSTOP');
    await pause(lasts);
    processes.signal(target!, 'SIGCONT');
  },
};
