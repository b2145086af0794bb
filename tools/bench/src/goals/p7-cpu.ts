import { ofStack } from '../machine/window.js';
import type { Goal } from './goal.js';

export const p7: Goal = {
  id: 'P7',
  needs: ['L-cpu'],
  async measure(bench) {
    const { spent, count } = await bench.throughput();
    const parts = Object.entries(spent.cpu)
      .map(([group, ms]) => ({ group, ms: ms / count }))
      .filter(({ ms }) => ms >= 0.005)
      .toSorted((a, b) => b.ms - a.ms);
    return [
      {
        goal: 'P7',
        text: 'CPU per request of P2: services, PostgreSQL, Kafka',
        figure: ofStack(spent) / count,
        unit: 'ms',
        against: 'L-cpu',
        bar: 4.5,
        stretch: 3,
        better: 'less',
        disturbance: spent.disturbance,
        note: parts.map(({ group, ms }) => `${group} ${ms.toFixed(2)}`).join(', '),
      },
    ];
  },
};
