import type { ScheduledFault } from '../faults/schedule.js';
import { PLANTED, type Planted } from '../planted/planted.js';
import type { Bench, Row } from './goal.js';
import { violationsOf, survive } from './survive.js';

const REQUESTS = 160;
const QUIET_MS = 30_000;

/** R3: puts each planted fault into the processes and checks whether the checker finds the promise that it breaks. */
export async function findPlanted(bench: Bench, only?: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const planted of PLANTED.filter(({ name }) => !only || name === only))
    rows.push(await find(bench, planted));
  return rows;
}

async function find(bench: Bench, { name, breaks, kills = [], fixedFaults = {} }: Planted): Promise<Row> {
  bench.print(`planted: ${name}`);
  const { verdict, folder } = await survive(bench, {
    seed: 1,
    requests: REQUESTS,
    perSecond: 20,
    faults: [],
    schedule: kills.map((kill, index) => toScheduledFault(kill, (index + 0.5) / kills.length)),
    fixedFaults,
    quietMs: QUIET_MS,
    extra: { preloads: ['plant'], env: { PLANTED: name } },
    name: `planted-${name}`,
  });
  violationsOf(verdict).slice(0, 3).forEach(bench.print);
  const found = breaks.filter((promise) => verdict[promise].length > 0);
  return {
    goal: `R3 ${name}`,
    figure:
      found.map((promise) => `${promise} ${verdict[promise].length}`).join(', ') ||
      `NOT FOUND, see ${folder}`,
    bar: 'found',
    holds: found.length > 0,
  };
}

function toScheduledFault(kill: string, moment: number): ScheduledFault {
  const [target, at, after] = kill.split(' ') as [string, string, string];
  return {
    kind: 'kill',
    at: Math.floor(REQUESTS * moment * 0.9),
    target,
    durationMs: 0,
    parameters: { at, after: Number(after) },
  };
}
