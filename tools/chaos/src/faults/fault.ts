import type { ChaosHouse } from '../house/chaos-house.js';
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

/** What is in the house to be hurt. */
export interface Scope {
  /** `<service>.<number>` */
  instances: readonly string[];
  links: readonly string[];
}

/** One injury, as the seed chose it. */
export interface Injury {
  target?: string;
  /** How long it lasts, ms, where it is not over at once. */
  lasts: number;
  /** What exactly, where the kind alone does not say. */
  how?: Record<string, string | number>;
}

export interface Fault {
  choose(random: Random, scope: Scope): Injury;
  /** Hurts and heals. Answers why it could not be tried, where it could not. */
  strike(house: ChaosHouse, injury: Injury): Promise<string | void>;
}
