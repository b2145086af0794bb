import type { Bench } from '../bench.js';
import type { Goal } from './goal.js';
import { ACCEPTED, measureWith, type Throughput } from './throughput.js';

/** Each provider tells in its own way that it has accepted, as fast as it is asked or may call. */
const measure = async (bench: Bench): Promise<Throughput> => {
  await bench.stack.setFaults({ outcome: 'accept', reports: 'normal', stageMs: 0 });
  return measureWith(bench, 'P14 carried to accepted', ACCEPTED);
};

/** The utilities' own dialects against `webhook`, each on a stack of its own, everything in one process beside the simulator. */
export const p14: Goal = {
  id: 'P14',
  needs: [],
  async measure(bench) {
    const house = await bench.onStandalone(measure, 'house');
    const own = await bench.onStandalone(measure, 'own');
    return [
      {
        goal: 'P14',
        text: 'requests carried to accepted by all five, each in its own dialect',
        figure: own.perSecond,
        unit: '/s',
        against: { name: 'the same in webhook', value: house.perSecond, unit: '/s' },
        bar: 0.5,
        better: 'more',
        disturbance: Math.max(own.spent.disturbance, house.spent.disturbance),
        note: `${own.count} requests`,
      },
    ];
  },
};
