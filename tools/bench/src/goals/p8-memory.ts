import { SERVICES } from '@lianban/contracts';
import { memoryOf } from '../machine/proc.js';
import { median } from '../report/percentiles.js';
import { Skipped, type Finding, type Goal } from './goal.js';

export const p8: Goal = {
  id: 'P8',
  needs: ['H-memory'],
  async measure(bench) {
    if (bench.stack.mode === 'standalone')
      throw new Skipped('the services are one process here; measured with --mode services');
    await bench.quiet();
    const idle = bench.stack.services.map(([, pid]) => memoryOf(pid));
    const { memory, spent } = await bench.throughput();
    const most = Math.max(...Object.values(memory));
    const common = { goal: 'P8', unit: 'MB', better: 'less', disturbance: 0 } as const;
    const against = { against: 'H-memory', bar: 1.3, stretch: 1.1 } as const;
    return [
      { ...common, ...against, text: 'memory of a service idle, the worst', figure: Math.max(...idle) },
      { ...common, ...against, text: 'memory of a service idle, median', figure: median(idle) },
      {
        ...common,
        text: 'memory of a service under the load of P2, the worst',
        figure: most,
        bar: 200,
        stretch: 150,
        disturbance: spent.disturbance,
        note: SERVICES.map(
          (name, place) => `${name} ${idle[place]!.toFixed(0)} → ${memory[name]!.toFixed(0)}`,
        ).join(', '),
      },
    ] satisfies Finding[];
  },
};
