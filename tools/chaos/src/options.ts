import { parseArgs } from 'node:util';
import { FAULT_KINDS, type FaultKind } from './faults/fault.js';

export const GOALS = ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R8', 'R9', 'R10', 'R11'] as const;
export type Goal = (typeof GOALS)[number];

export interface Options {
  goals: Goal[];
  seeds: number[];
  requests: number;
  faults: FaultKind[];
  /** Registrations begun per second at most. */
  perSecond: number;
  /** The same under the rolling restart of R5. */
  rollingPerSecond: number;
  /** Broken records of R4. */
  mutants: number;
  /** A Kafka that is not ours. */
  brokers?: string;
  /** This planted fault alone. */
  planted?: string;
  /** Keep the logs of what held, too. */
  keep: boolean;
}

/** An option does not exist; the message lists those that do. */
export class WrongOption extends Error {}

/**
 * `--only R1,R4`, `--seed N`, `--seeds 1-20`, `--requests N`, `--faults kill,stop`, `--rate N`, `--mutants N`, `--planted`, `--plant <one>`,
 * `--brokers host:port`, `--keep`. Without `--only`: R1 where a seed is named, R3 for `--planted`, else every goal but R3.
 */
export function optionsIn(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: text,
      seed: text,
      seeds: text,
      requests: text,
      faults: text,
      rate: text,
      mutants: text,
      brokers: text,
      planted: { type: 'boolean' },
      plant: text,
      keep: { type: 'boolean' },
    },
  });
  return {
    goals: values.only ? listed(values.only, GOALS) : usualGoals(values),
    seeds: seedsIn(values.seeds ?? values.seed ?? '1'),
    requests: count(values.requests ?? '2000'),
    faults: values.faults ? listed(values.faults, FAULT_KINDS) : [...FAULT_KINDS],
    perSecond: count(values.rate ?? '20'),
    rollingPerSecond: count(values.rate ?? '200'),
    mutants: count(values.mutants ?? '100000'),
    brokers: values.brokers,
    planted: values.plant,
    keep: values.keep ?? false,
  };
}

interface Named {
  planted?: boolean;
  plant?: string;
  seed?: string;
  seeds?: string;
  faults?: string;
}

function usualGoals({ planted, plant, seed, seeds, faults }: Named): Goal[] {
  if (planted || plant) return ['R3'];
  return seed || seeds || faults ? ['R1'] : ['R1', 'R2', 'R4', 'R5', 'R6', 'R8', 'R9', 'R10', 'R11'];
}

function listed<T extends string>(text: string, known: readonly T[]): T[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !(known as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new WrongOption(`There is no ${unknown.join(', ')}. There is: ${known.join(', ')}`);
  return names as T[];
}

function seedsIn(text: string): number[] {
  const [first, last = first] = text.split('-').map(count) as [number, number?];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function count(text: string): number {
  if (!/^\d+$/.test(text) || text === '0')
    throw new WrongOption(`"${text}" should be a whole number above 0`);
  return Number(text);
}
