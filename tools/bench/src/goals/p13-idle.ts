import { setTimeout as pause } from 'node:timers/promises';
import { SERVICES } from '@lianban/contracts';
import type { Bench } from '../bench.js';
import { sample, spentBetween } from '../machine/window.js';
import type { Finding, Goal } from './goal.js';

/** Longer than V8's collector waits (106 s) before it tidies up once more what rests: a shorter window meets that by luck. */
const SECONDS = 120;
/** What is not a service of the stack, nor its database. */
const ONLY_ON_STANDALONE = ['simulator', 'bench'];

export const p13: Goal = {
  id: 'P13',
  needs: [],
  async measure(bench) {
    const ms = bench.workload.seconds(SECONDS) * 1_000;
    const standalone = await ofStandalone(bench, ms);
    return bench.stack.mode === 'services' ? [await ofServices(bench, ms), standalone] : [standalone];
  },
};

async function ofServices(bench: Bench, ms: number): Promise<Finding> {
  await bench.quiet();
  const { spent } = await bench.measure('P13 idle services', () => pause(ms));
  const used = SERVICES.reduce((sum, name) => sum + (spent.cpu[name] ?? 0), 0);
  const beside = ['postgres', 'kafka', 'stack'].map(
    (group) => `${group} ${(((spent.cpu[group] ?? 0) / spent.elapsedMs) * 100).toFixed(1)} %`,
  );
  return {
    goal: 'P13',
    text: 'idle: CPU of all services, share of a core',
    figure: (used / spent.elapsedMs) * 100,
    unit: '%',
    bar: 5,
    stretch: 2,
    better: 'less',
    disturbance: spent.disturbance,
    note: `beside them ${beside.join(', ')}`,
  };
}

async function ofStandalone(bench: Bench, ms: number): Promise<Finding> {
  const { value, spent } = await bench.measure('P13 idle standalone', () =>
    bench.withStandalone(async ({ pid }) => {
      // It has its own first seconds: caches, statistics, a first look at everything.
      await pause(Math.min(5_000, ms));
      const before = sample([pid]);
      await pause(ms);
      return spentBetween(before, sample([pid]), 1);
    }),
  );
  const used = Object.entries(value.cpu).reduce(
    (sum, [group, cpu]) => sum + (ONLY_ON_STANDALONE.includes(group) ? 0 : cpu),
    0,
  );
  return {
    goal: 'P13',
    text: 'idle: CPU of standalone with its PostgreSQL, share of a core',
    figure: (used / value.elapsedMs) * 100,
    unit: '%',
    bar: 3,
    stretch: 1.5,
    better: 'less',
    disturbance: spent.disturbance,
  };
}
