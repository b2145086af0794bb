import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosStack } from '../stack/chaos-stack.js';
import type { FaultType } from './fault.js';

/** How long Kubernetes waits between announcing an end and asking for it (`preStop: sleep`), and how late its ingress may learn of it. */
const PRE_STOP_MS = 2_000;
const ANNOUNCEMENT_DELAY_MS = 700;

/** Restarts every instance, one after another, as a cluster rolls a new version out. */
export const rolling: FaultType = {
  choose: () => ({ durationMs: 0 }),
  async inject(stack) {
    for (const { name } of stack.instances) await restartInstance(stack, name);
  },
};

async function restartInstance({ loadBalancer, processes }: ChaosStack, name: string): Promise<void> {
  const preStop = pause(PRE_STOP_MS);
  await pause(ANNOUNCEMENT_DELAY_MS);
  loadBalancer.drain(name);
  await preStop;
  await processes.restart(name, 'SIGTERM');
  for (const end = Date.now() + 60_000; !loadBalancer.isReady(name) && Date.now() < end;) await pause(100);
}
