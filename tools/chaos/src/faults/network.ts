import { setTimeout as pause } from 'node:timers/promises';
import type { Harm } from '@lianban/testing';
import { Random } from '../random.js';
import type { Fault } from './fault.js';

const HARMS = ['reset', 'swallow', 'delay', 'tear'] as const;

/** A proxy between two processes that breaks off, swallows, delays or tears some of its connections for a while. */
export const network: Fault = {
  choose: (random, { links }) => ({
    target: random.pick(links),
    lasts: random.whole(1_000, 5_000),
    how: {
      harm: random.pick(HARMS),
      milliseconds: random.whole(50, 2_000),
      share: random.pick([0.3, 1]),
      seed: random.whole(0, 1e9),
    },
  }),
  async strike({ proxies }, { target, lasts, how }) {
    const { harm, milliseconds, share, seed } = how as {
      harm: string;
      milliseconds: number;
      share: number;
      seed: number;
    };
    const proxy = proxies.get(target!)!;
    const random = new Random(seed);
    proxy.hurt({ kind: harm, milliseconds } as Harm, () => random.chance(share));
    await pause(lasts);
    proxy.heal();
  },
};
