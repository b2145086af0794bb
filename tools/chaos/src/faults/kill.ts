import { setTimeout as pause } from 'node:timers/promises';
import type { Checkpoint } from '@lianban/messaging';
import type { Fault } from './fault.js';

const STEPS: readonly Checkpoint[] = [
  'committed',
  'sent',
  'outbox-deleted',
  'handled',
  'handler-committed',
  'offset-committing',
];
const AT_RANDOM = 0.4;
/** It may never come to that step. */
const PATIENCE = 20_000;

/** `kill -9` of a service: at once, or by itself between two durable acts. */
export const kill: Fault = {
  choose: (random, { instances }) => ({
    target: random.pick(instances),
    lasts: 0,
    how: { at: random.chance(AT_RANDOM) ? 'once' : random.pick(STEPS), after: random.whole(1, 20) },
  }),
  async strike(house, { target, how }) {
    const { processes } = house;
    await house.untilReady([target!]).catch(() => {});
    if (how!.at === 'once') return processes.restart(target!, 'SIGKILL');
    const env = { KILL_AT: String(how!.at), KILL_AFTER: String(how!.after) };
    await processes.restart(target!, 'SIGTERM', { preloads: ['kill-at-step'], env });
    await house.untilReady([target!]).catch(() => {});
    for (const end = Date.now() + PATIENCE; processes.isRunning(target!) && Date.now() < end;)
      await pause(50);
  },
};
