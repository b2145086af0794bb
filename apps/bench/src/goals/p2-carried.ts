import type { Goal } from './goal.js';

export const p2: Goal = {
  id: 'P2',
  needs: ['L'],
  async measure(bench) {
    const { perSecond, spent, count } = await bench.carried();
    return [
      {
        goal: 'P2',
        text: 'requests carried to accepted by all five, 64 clients',
        figure: perSecond,
        unit: '/s',
        against: 'L',
        bar: 0.67,
        stretch: 1,
        better: 'more',
        disturbance: spent.disturbance,
        note: `${count} requests`,
      },
    ];
  },
};
