import type { Bench } from '../bench.js';
import type { RoundTripQuestion } from '../references/kafka-round-trip.js';
import { Program } from '../program.js';
import { mean, percentile } from '../report/percentiles.js';
import { ACCEPT_IN_REPLY, ACCEPTED } from './carried.js';
import type { Finding, Goal } from './goal.js';
import { latencies, steadily } from './latency.js';

const RATES = [25, 200];
const SHARES = [0.5, 0.99];
const WARM_UP_S = 2;

export const p4: Goal = {
  id: 'P4',
  needs: [],
  async measure(bench) {
    await bench.house.order(ACCEPT_IN_REPLY);
    const findings: Finding[] = [];
    for (const rate of RATES) findings.push(...(await atRate(bench, rate)));
    return findings;
  },
};

async function atRate(bench: Bench, perSecond: number): Promise<Finding[]> {
  const seconds = bench.scale.seconds(20);
  const before = await roundTrips(bench, perSecond, seconds);
  await steadily(bench, `P4 at ${perSecond}/s, warming up`, ACCEPTED, [
    { perSecond, seconds: bench.scale.seconds(WARM_UP_S) },
  ]);
  await bench.quiet();
  const { value, spent } = await steadily(bench, `P4 at ${perSecond}/s`, ACCEPTED, [{ perSecond, seconds }]);
  await bench.quiet();
  const after = await roundTrips(bench, perSecond, seconds);
  const took = latencies(value);
  return SHARES.map((share) => ({
    goal: 'P4',
    text: `registration to accepted by all five at ${perSecond}/s, p${share * 100}`,
    figure: percentile(took, share),
    unit: 'ms',
    better: 'less',
    disturbance: spent.disturbance,
    ...(before &&
      after && {
        against: {
          name: 'K',
          value: mean([percentile(before, share), percentile(after, share)]),
          unit: 'ms',
        },
        bar: 8,
        stretch: 5,
      }),
  }));
}

/** K at this rate; undefined where there is no Kafka. */
async function roundTrips(
  { house: { brokers }, measure }: Bench,
  perSecond: number,
  seconds: number,
): Promise<number[] | undefined> {
  if (!brokers) return undefined;
  const program = new Program('./references/kafka-round-trip.js');
  try {
    const question: RoundTripQuestion = { brokers, perSecond, seconds };
    return (await measure(`reference K at ${perSecond}/s`, () => program.ask<number[]>(question))).value;
  } finally {
    await program.stop();
  }
}
