import { setTimeout as pause } from 'node:timers/promises';
import type { Checkpoint } from '@lianban/messaging';
import type { FaultType } from './fault.js';

const STEPS: readonly Checkpoint[] = [
  'committed',
  'sent',
  'outbox-deleted',
  'handled',
  'handler-committed',
  'offset-committing',
];
const IMMEDIATE_SHARE = 0.4;
/** It may never come to that step. */
const TIMEOUT_MS = 20_000;

/** `kill -9` of a service: at once, or by itself between two durable acts. */
export const kill: FaultType = {
  choose: (random, { instances }) => ({
    target: random.pick(instances),
    durationMs: 0,
    parameters: {
      at: random.chance(IMMEDIATE_SHARE) ? 'once' : random.pick(STEPS),
      after: random.whole(1, 20),
    },
  }),
  async inject(stack, { target, parameters }) {
    const { processes } = stack;
    await stack.untilReady([target!]).catch(() => {});
    if (parameters!.at === 'once') return processes.restart(target!, 'SIGKILL');
    const env = { KILL_AT: String(parameters!.at), KILL_AFTER: String(parameters!.after) };
    await processes.restart(target!, 'SIGTERM', { preloads: ['kill-at-step'], env });
    await stack.untilReady([target!]).catch(() => {});
    for (const end = Date.now() + TIMEOUT_MS; processes.isRunning(target!) && Date.now() < end;)
      await pause(50);
  },
};
