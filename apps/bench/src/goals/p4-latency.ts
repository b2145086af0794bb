import type { Bench, Measured } from '../bench.js';
import type { RoundTripQuestion } from '../references/kafka-round-trip.js';
import { Program } from '../program.js';
import { mean, percentile } from '../report/percentiles.js';
import { ACCEPT_IN_REPLY, ACCEPTED } from './throughput.js';
import type { Finding, Goal } from './goal.js';
import { latencies, steadily } from './latency.js';

const RATES = [25, 200];
const SHARES = [0.5, 0.99];
const WARM_UP_S = 2;
const SECONDS = 20;

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
  const [warmUp, seconds] = [bench.scale.seconds(WARM_UP_S), bench.scale.seconds(SECONDS)];
  const question = { perSecond, seconds, warmUp };
  const before = await roundTrips(bench, question);
  await steadily(bench, `P4 at ${perSecond}/s, warming up`, ACCEPTED, [{ perSecond, seconds: warmUp }]);
  await bench.quiet();
  const here = await steadily(bench, `P4 at ${perSecond}/s`, ACCEPTED, [{ perSecond, seconds }]);
  await bench.quiet();
  const after = await roundTrips(bench, question);
  const took = latencies(here.value);
  const references = [...before, ...after];
  return SHARES.map((share) => ({
    goal: 'P4',
    text: `registration to accepted by all five at ${perSecond}/s, p${share * 100}`,
    figure: percentile(took, share),
    unit: 'ms',
    better: 'less',
    disturbance: Math.max(...[here, ...references].map(({ spent }) => spent.disturbance)),
    ...(references.length > 0 && {
      against: {
        name: 'K',
        value: mean(references.map(({ value }) => percentile(value, share))),
        unit: 'ms',
      },
      bar: 8,
      stretch: 5,
    }),
  }));
}

/** K; nothing where there is no Kafka. */
async function roundTrips(
  { house: { brokers }, measure }: Bench,
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
