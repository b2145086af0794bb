import { readFileSync } from 'node:fs';
import { groupOf, TOOLS, type Group } from './groups.js';
import { familyOf, processes, readMachine, type MachineTime } from './proc.js';

export interface Sample extends MachineTime {
  /** Milliseconds on a clock that only goes forward. */
  at: number;
  groups: Record<Group, number>;
}

/** What was used between two samples. */
export interface Spent {
  elapsedMs: number;
  /** CPU milliseconds of each group. */
  cpu: Record<Group, number>;
  stolenMs: number;
  /** Share of all cores that went to nobody of ours, 0 to 1. */
  disturbance: number;
}

/** Looks at the processes below these and at the whole machine. */
export function sample(roots: readonly number[]): Sample {
  const groups: Record<Group, number> = {};
  for (const used of familyOf(roots, processes())) {
    const group = groupOf(used);
    groups[group] = (groups[group] ?? 0) + used.own + used.ended;
  }
  return { at: performance.now(), groups, ...readMachine(readFileSync('/proc/stat', 'utf8')) };
}

export function spentBetween(before: Sample, after: Sample, cores: number): Spent {
  const elapsedMs = after.at - before.at;
  const cpu = Object.fromEntries(
    Object.entries(after.groups).map(([name, ms]) => [name, Math.max(0, ms - (before.groups[name] ?? 0))]),
  );
  const ours = sum(after.groups) - sum(before.groups);
  const stolenMs = after.stolen - before.stolen;
  const others = after.busy - before.busy + stolenMs - ours;
  return { elapsedMs, cpu, stolenMs, disturbance: Math.max(0, others) / (elapsedMs * cores) };
}

/** CPU milliseconds of services, PostgreSQL and Kafka: all but the tools that drive and play. */
export const ofStack = ({ cpu }: Spent): number =>
  sum(Object.fromEntries(Object.entries(cpu).filter(([group]) => !TOOLS.includes(group))));

const sum = (groups: Record<Group, number>): number =>
  Object.values(groups).reduce((total, each) => total + each, 0);
