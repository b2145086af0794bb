import { setTimeout as pause } from 'node:timers/promises';
import { LEASE_MS, SESSION_TIMEOUT_MS } from '../stack/environment.js';
import type { FaultType } from './fault.js';

const MIN_STOP_MS = Math.max(LEASE_MS, SESSION_TIMEOUT_MS) + 1_000;

/** A process that stands still for longer than its session and its leases, and then goes on as if nothing had been. */
export const stop: FaultType = {
  choose: (random, { instances }) => ({
    target: random.pick(instances),
    durationMs: random.whole(MIN_STOP_MS, MIN_STOP_MS + 3_000),
  }),
  async inject({ processes }, { target, durationMs }) {
    processes.signal(target!, 'SIGSTOP');
    await pause(durationMs);
    processes.signal(target!, 'SIGCONT');
  },
};
