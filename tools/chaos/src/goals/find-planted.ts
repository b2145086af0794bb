import type { Blow } from '../faults/schedule.js';
import { PLANTED, type Planted } from '../planted/planted.js';
import type { Bench, Row } from './goal.js';
import { sentencesOf, survive } from './survive.js';

const REQUESTS = 160;
const STILL = 30_000;

/** R3: puts each planted fault into the processes and looks whether the checker finds the promise that it breaks. */
export async function findPlanted(bench: Bench, only?: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const planted of PLANTED.filter(({ name }) => !only || name === only))
    rows.push(await find(bench, planted));
  return rows;
}

async function find(bench: Bench, { name, breaks, kills = [], orders = {} }: Planted): Promise<Row> {
  bench.say(`planted: ${name}`);
  const { verdict, folder } = await survive(bench, {
    seed: 1,
    requests: REQUESTS,
    perSecond: 20,
    faults: [],
    blows: kills.map((kill, index) => blowOf(kill, (index + 0.5) / kills.length)),
    orders,
    still: STILL,
    extra: { preloads: ['plant'], env: { PLANTED: name } },
    name: `planted-${name}`,
  });
  sentencesOf(verdict).slice(0, 3).forEach(bench.say);
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

function blowOf(kill: string, moment: number): Blow {
  const [target, at, after] = kill.split(' ') as [string, string, string];
  return {
    kind: 'kill',
    at: Math.floor(REQUESTS * moment * 0.9),
    target,
    lasts: 0,
    how: { at, after: Number(after) },
  };
}
