import { setTimeout as pause } from 'node:timers/promises';
import type { NetworkFault } from '@lianban/testing';
import { Random } from '../random.js';
import type { FaultType } from './fault.js';

const NETWORK_FAULTS = ['reset', 'drop', 'delay', 'truncate'] as const;

/** A proxy between two processes that breaks off, drops, delays or truncates some of its connections for a while. */
export const network: FaultType = {
  choose: (random, { links }) => ({
    target: random.pick(links),
    durationMs: random.whole(1_000, 5_000),
    parameters: {
      effect: random.pick(NETWORK_FAULTS),
      milliseconds: random.whole(50, 2_000),
      share: random.pick([0.3, 1]),
      seed: random.whole(0, 1e9),
    },
  }),
  async inject({ proxies }, { target, durationMs, parameters }) {
    const { effect, milliseconds, share, seed } = parameters as {
      effect: string;
      milliseconds: number;
      share: number;
      seed: number;
    };
    const proxy = proxies.get(target!)!;
    const random = new Random(seed);
    proxy.inject({ kind: effect, milliseconds } as NetworkFault, () => random.chance(share));
    await pause(durationMs);
    proxy.recover();
  },
};
