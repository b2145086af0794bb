import { measureWith, COMPLETED } from './throughput.js';
import type { Goal } from './goal.js';

export const p3: Goal = {
  id: 'P3',
  needs: ['L'],
  async measure(bench) {
    // Accepted and completed, each by a report of its own, as fast as the stack takes them.
    await bench.stack.setFaults({ outcome: 'complete', reports: 'normal', stageMs: 0 });
    const { perSecond, spent, count } = await measureWith(bench, 'P3 carried to completed', COMPLETED);
    return [
      {
        goal: 'P3',
        text: 'requests carried to completed, two reports of each provider',
        figure: perSecond,
        unit: '/s',
        against: 'L',
        bar: 0.12,
        stretch: 0.25,
        better: 'more',
        disturbance: spent.disturbance,
        note: `${count} requests`,
      },
    ];
  },
};
