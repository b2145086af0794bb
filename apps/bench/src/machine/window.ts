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
  const names = Object.keys(after.groups);
  const cpu = Object.fromEntries(
    names.map((name) => [name, Math.max(0, after.groups[name]! - (before.groups[name] ?? 0))]),
  );
  const ours = Object.values(cpu).reduce((sum, each) => sum + each, 0);
  const others = after.busy - before.busy + after.stolen - before.stolen - ours;
  return { elapsedMs, cpu, disturbance: Math.max(0, others) / (elapsedMs * cores) };
}

/** CPU milliseconds of services, PostgreSQL and Kafka: all but the tools that drive and play. */
export const ofHouse = ({ cpu }: Spent): number =>
  Object.entries(cpu)
    .filter(([group]) => !TOOLS.includes(group))
    .reduce((sum, [, each]) => sum + each, 0);
