import { readFileSync } from 'node:fs';
import { freePort } from '@lianban/engines';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { median } from '../report/percentiles.js';
import { Started, times } from '../started.js';
import type { Finding, Goal } from './goal.js';

const SERVICE = 'tracking';
const PROGRAM = fileURLToPath(
  new URL(`../../../../apps/standalone/dist/programs/${SERVICE}.js`, import.meta.url),
);

export const p9: Goal = {
  id: 'P9',
  needs: ['H-start'],
  async measure(bench) {
    const warm = await warmStart(bench);
    return bench.stack.mode === 'services' ? [await serviceStart(bench), warm] : [warm];
  },
};

/** A second one of a running service, as it is while a new version is rolled out. */
async function serviceStart(bench: Bench): Promise<Finding> {
  const env = environmentOf(new Map(bench.stack.services).get(SERVICE)!);
  const { value, spent } = await bench.measure('P9 start of a service', () =>
    times(bench.workload.times(5), async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/health/live`;
      const started = await Started.run([PROGRAM], { ...env, PORT: String(port) }, url);
      await started.stop();
      return started.tookMs;
    }),
  );
  return {
    goal: 'P9',
    text: `start of ${SERVICE} to ready, median of ${value.length}`,
    figure: median(value),
    unit: 'ms',
    against: 'H-start',
    bar: 1.5,
    stretch: 1.2,
    better: 'less',
    disturbance: spent.disturbance,
    note: 'ready: it listens and has opened its database; its groups may still be joining',
  };
}

async function warmStart(bench: Bench): Promise<Finding> {
  const { value, spent } = await bench.measure('P9 second start of standalone', () =>
    bench.withStandalone(async (stack) => {
      await stack.interrupt();
      const from = performance.now();
      await stack.open();
      return performance.now() - from;
    }),
  );
  return {
    goal: 'P9',
    text: 'second start of standalone until it is ready',
    figure: value / 1_000,
    unit: 's',
    bar: 5,
    stretch: 3,
    better: 'less',
    disturbance: spent.disturbance,
  };
}

function environmentOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
  );
}
