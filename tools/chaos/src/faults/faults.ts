import { clock } from './clock.js';
import { disk } from './disk.js';
import { kafka, postgres } from './engines.js';
import type { Fault, FaultKind } from './fault.js';
import { kill } from './kill.js';
import { network } from './network.js';
import { rolling } from './rolling.js';
import { stop } from './stop.js';

/** Every kind that strikes; `instances` is how the house is built, not a blow. */
export const FAULTS: Record<Exclude<FaultKind, 'instances'>, Fault> = {
  kill,
  stop,
  kafka,
  postgres,
  network,
  clock,
  disk,
  rolling,
};
export type StrikingKind = keyof typeof FAULTS;

/** Two blows of one lane never overlap: nothing would be learnt from killing what is dead. */
export const LANES: Record<StrikingKind, 'engines' | 'processes' | 'network'> = {
  kill: 'processes',
  stop: 'processes',
  clock: 'processes',
  rolling: 'processes',
  kafka: 'engines',
  postgres: 'engines',
  disk: 'engines',
  network: 'network',
};
