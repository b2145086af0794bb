import { setTimeout as pause } from 'node:timers/promises';
import { judged, underLoad } from '../load/under-load.js';
import { ProviderFaults } from '../load/provider-faults.js';
import { Random } from '../random.js';
import { Results } from '../results.js';
import { StackTarget } from '../stack/stack-target.js';
import type { Bench, Row } from './goal.js';

const MOMENTS = 50;
const MOST_AFTER_START_MS = 10_000;
const WORKERS = 3;
/** From SIGTERM to the end, ms: of one that serves, and of one that has not begun to. */
const LIMIT_MS = { serving: 10_000, starting: 5_000 };
/** A call that is under way when the signal comes, ms. */
const HANGING_CALL = { delayMs: 900 };

interface Ending {
  name: string;
  after: number;
  took: number;
  wasReady: boolean;
  how: string;
}

/**
 * R9: SIGTERM at random moments of the first ten seconds after a start, while people register and a provider is slow. Each process
 * ends in time and by itself, and nothing is lost.
 */
export async function terminate(bench: Bench, seed: number, perSecond: number): Promise<Row[]> {
  const results = new Results('terminate');
  const stack = await bench.open({ logFolder: results.logs, instancesEach: 2, stageMs: 0 });
  const random = new Random(`terminate ${seed}`);
  const endings: Ending[] = [];
  const slow = new ProviderFaults(stack.simulatorUrl, random, {
    'jinan-gas': HANGING_CALL,
    'jinan-water': HANGING_CALL,
  });
  const { processes, loadBalancer } = stack;
  // The first of two instances alone, so that the other one serves.
  const names = stack.instances.map(({ name }) => name).filter((name) => name.endsWith('.1'));
  const isFree = new Set(names);
  const interrupt = async (): Promise<void> => {
    while (endings.length + (names.length - isFree.size) < MOMENTS) {
      const name = random.pick([...isFree]);
      isFree.delete(name);
      await processes.restart(name, 'SIGTERM');
      while (!processes.isRunning(name)) await pause(20);
      const after = random.whole(0, MOST_AFTER_START_MS);
      await pause(after);
      const wasReady = loadBalancer.isReady(name);
      const from = Date.now();
      await processes.restart(name, 'SIGTERM');
      const { code, signal } = processes.endings.findLast((ending) => ending.name === name)!;
      endings.push({ name, after, took: Date.now() - from, wasReady, how: String(signal ?? code) });
      isFree.add(name);
    }
  };
  try {
    const slowing = slow.run();
    const outcome = await underLoad(new StackTarget(stack), perSecond, async () => {
      await Promise.all(Array.from({ length: WORKERS }, interrupt));
      slow.end();
      await slowing;
      await stack.untilReady();
    });
    results.write('endings.json', endings);
    const late = endings.filter(
      ({ took, wasReady }) => took > (wasReady ? LIMIT_MS.serving : LIMIT_MS.starting),
    );
    const wrong = endings.filter(({ how }) => !['0', '143', 'SIGTERM'].includes(how));
    const longest = Math.max(...endings.map(({ took }) => took));
    const row = judged(
      'R9',
      `${endings.length} processes ended by SIGTERM, the longest in ${(longest / 1_000).toFixed(1)} s, ${late.length} too late, ${wrong.length} not by themselves`,
      outcome,
      true,
    );
    return [{ ...row, holds: row.holds && late.length === 0 && wrong.length === 0 }];
  } finally {
    await stack.stop();
  }
}
