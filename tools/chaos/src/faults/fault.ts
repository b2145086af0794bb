import type { ChaosStack } from '../stack/chaos-stack.js';
import type { Random } from '../random.js';

export const FAULT_KINDS = [
  'kill',
  'stop',
  'kafka',
  'postgres',
  'network',
  'clock',
  'disk',
  'rolling',
  'instances',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What faults can be injected into. */
export interface Scope {
  /** `<service>.<number>` */
  instances: readonly string[];
  links: readonly string[];
}

/** One fault, as the seed chose it. */
export interface Fault {
  target?: string;
  /** How long it lasts, ms, where it is not over at once. */
  durationMs: number;
  /** What exactly, where the kind alone does not say. */
  parameters?: Record<string, string | number>;
}

export interface FaultType {
  choose(random: Random, scope: Scope): Fault;
  /** Injects the fault and removes it. Returns why it could not be tried, where it could not. */
  inject(stack: ChaosStack, fault: Fault): Promise<string | void>;
}
