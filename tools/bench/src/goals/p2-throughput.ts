import type { Goal } from './goal.js';

export const p2: Goal = {
  id: 'P2',
  needs: ['L'],
  async measure(bench) {
    const { perSecond, spent, count } = await bench.throughput();
    return [
      {
        goal: 'P2',
        text: 'requests carried to accepted by all five, 64 clients',
        figure: perSecond,
        unit: '/s',
        against: 'L',
        // One process without a broker is expected to carry more.
        ...(bench.stack.mode === 'standalone' ? { bar: 0.3, stretch: 0.5 } : { bar: 0.2, stretch: 0.3 }),
        better: 'more',
        disturbance: spent.disturbance,
        note: `${count} requests`,
      },
    ];
  },
};
