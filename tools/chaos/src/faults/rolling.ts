import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosHouse } from '../house/chaos-house.js';
import type { Fault } from './fault.js';

/** How long Kubernetes waits between announcing an end and asking for it (`preStop: sleep`), and how late its ingress may hear. */
const PRE_STOP = 2_000;
const NEWS_TRAVELS = 700;

/** Restarts every instance, one after another, as a cluster rolls a new version out. */
export const rolling: Fault = {
  choose: () => ({ lasts: 0 }),
  async strike(house) {
    for (const { name } of house.instances) await roll(house, name);
  },
};

async function roll({ door, processes }: ChaosHouse, name: string): Promise<void> {
  const preStop = pause(PRE_STOP);
  await pause(NEWS_TRAVELS);
  door.announceEnd(name);
  await preStop;
  await processes.restart(name, 'SIGTERM');
  for (const end = Date.now() + 60_000; !door.isReady(name) && Date.now() < end;) await pause(100);
}
