import { clock } from './clock.js';
import { disk } from './disk.js';
import { kafka, postgres } from './engines.js';
import type { FaultType, FaultKind } from './fault.js';
import { kill } from './kill.js';
import { network } from './network.js';
import { rolling } from './rolling.js';
import { stop } from './stop.js';

/** Every kind that is injected; `instances` is how the stack is built, not a fault. */
export const FAULTS: Record<Exclude<FaultKind, 'instances'>, FaultType> = {
  kill,
  stop,
  kafka,
  postgres,
  network,
  clock,
  disk,
  rolling,
};
export type InjectableKind = keyof typeof FAULTS;

/** Two faults of one lane never overlap: nothing would be learnt from killing what is dead. */
export const LANES: Record<InjectableKind, 'engines' | 'processes' | 'network'> = {
  kill: 'processes',
  stop: 'processes',
  clock: 'processes',
  rolling: 'processes',
  kafka: 'engines',
  postgres: 'engines',
  disk: 'engines',
  network: 'network',
};
