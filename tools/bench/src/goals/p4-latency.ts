import type { Bench, Measured } from '../bench.js';
import type { RoundTripQuestion } from '../references/kafka-round-trip.js';
import { Program } from '../program.js';
import { mean, percentile } from '../report/percentiles.js';
import { ACCEPT_IN_REPLY, ACCEPTED } from './throughput.js';
import type { Finding, Goal } from './goal.js';
import { latencies, steadily } from './latency.js';

/** A hall's quiet hour: so many a second. */
const QUIET = 25;
const SHARE_OF_CAPACITY = 0.5;

interface Percentile {
  share: number;
  bar: number;
  stretch: number;
}

const AT_QUIET: readonly Percentile[] = [
  { share: 0.5, bar: 12, stretch: 6 },
  { share: 0.99, bar: 25, stretch: 10 },
];
const AT_HALF: readonly Percentile[] = [
  { share: 0.5, bar: 20, stretch: 8 },
  { share: 0.99, bar: 50, stretch: 20 },
];

const WARM_UP_SECONDS = 2;
const SECONDS = 20;

export const p4: Goal = {
  id: 'P4',
  needs: [],
  async measure(bench) {
    const { perSecond: capacity } = await bench.throughput();
    await bench.stack.setFaults(ACCEPT_IN_REPLY);
    const half = Math.max(1, Math.round(capacity * SHARE_OF_CAPACITY));
    const quiet = await atRate(bench, QUIET, `${QUIET}/s`, AT_QUIET);
    if (bench.workload.isTiny) return quiet;
    return [...quiet, ...(await atRate(bench, half, `half of P2, ${half}/s`, AT_HALF))];
  },
};

async function atRate(
  bench: Bench,
  perSecond: number,
  rate: string,
  percentiles: readonly Percentile[],
): Promise<Finding[]> {
  const [warmUp, seconds] = [bench.workload.seconds(WARM_UP_SECONDS), bench.workload.seconds(SECONDS)];
  const question = { perSecond, seconds, warmUp };
  const before = await roundTrips(bench, question);
  await steadily(bench, `P4 at ${perSecond}/s, warming up`, ACCEPTED, [{ perSecond, seconds: warmUp }]);
  await bench.quiet();
  const here = await steadily(bench, `P4 at ${perSecond}/s`, ACCEPTED, [{ perSecond, seconds }]);
  await bench.quiet();
  const after = await roundTrips(bench, question);
  const elapsed = latencies(here.value);
  const references = [...before, ...after];
  return percentiles.map(({ share, bar, stretch }) => ({
    goal: 'P4',
    text: `registration to accepted by all five at ${rate}, p${share * 100}`,
    figure: percentile(elapsed, share),
    unit: 'ms',
    better: 'less',
    disturbance: Math.max(...[here, ...references].map(({ spent }) => spent.disturbance)),
    ...(references.length > 0 && {
      against: {
        name: 'K',
        value: mean(references.map(({ value }) => percentile(value, share))),
        unit: 'ms',
      },
      bar,
      stretch,
    }),
  }));
}

/** K; nothing where there is no Kafka. */
async function roundTrips(
  { stack: { brokers }, measure }: Bench,
  question: Omit<RoundTripQuestion, 'brokers'>,
): Promise<Measured<number[]>[]> {
  if (!brokers) return [];
  const program = new Program('./references/kafka-round-trip.js');
  try {
    const ask = (): Promise<number[]> => program.ask({ brokers, ...question } satisfies RoundTripQuestion);
    return [await measure(`reference K at ${question.perSecond}/s`, ask)];
  } finally {
    await program.stop();
  }
}
