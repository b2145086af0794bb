import { ACCEPT_IN_REPLY, ACCEPTED } from './throughput.js';
import type { Goal } from './goal.js';
import { latencies, steadily } from './latency.js';

const MINUTES = 10;
const LIMIT_MS = 250;
const SHARE_OF_CAPACITY = 0.6;

export const p5: Goal = {
  id: 'P5',
  needs: [],
  async measure(bench) {
    const { perSecond: capacity } = await bench.throughput();
    await bench.stack.setFaults(ACCEPT_IN_REPLY);
    await bench.quiet();
    const step = { perSecond: capacity * SHARE_OF_CAPACITY, seconds: bench.workload.minutes(MINUTES) * 60 };
    const { value, spent } = await steadily(bench, 'P5 endurance', ACCEPTED, [step]);
    const elapsed = latencies(value);
    return [
      {
        goal: 'P5',
        text: `${bench.workload.lengthOf(MINUTES)} at 60 % of P2: share over ${LIMIT_MS} ms to accepted by all five`,
        figure: (elapsed.filter((ms) => ms > LIMIT_MS).length / elapsed.length) * 100,
        unit: '%',
        bar: 2,
        stretch: 0.1,
        better: 'less',
        disturbance: spent.disturbance,
        note: `${elapsed.length} requests at ${step.perSecond.toFixed(0)}/s`,
      },
    ];
  },
};
