import { UTILITIES } from '@lianban/contracts';
import type { Awaited, Registered } from '../load/jobs.js';
import { percentile } from '../report/percentiles.js';
import { ACCEPT_IN_REPLY, acceptedBy, ACCEPTED } from './throughput.js';
import type { Finding, Goal } from './goal.js';
import { latencies, steadily } from './latency.js';

const MINUTES = 10;
const SILENT = { utility: 'heat', provider: 'jinan-heat' };
const FOUR = acceptedBy(UTILITIES.filter((utility) => utility !== SILENT.utility));
const AN_HOUR_MS = 3_600_000;

export const p12: Goal = {
  id: 'P12',
  needs: [],
  async measure(bench) {
    const { perSecond: capacity } = await bench.throughput();
    await bench.stack.setFaults(ACCEPT_IN_REPLY);
    await bench.quiet();
    const perSecond = capacity / 4;
    const minutes = bench.workload.minutes(MINUTES);
    // As long as the silence: the p99 of a minute is that of a dozen requests, and wobbles by itself.
    const load = [{ perSecond, seconds: minutes * 60 }];
    const before = await steadily(bench, 'P12 all five answer', FOUR, load);
    await bench.stack.setFaultsOf(SILENT.provider, { delayMs: AN_HOUR_MS });
    const during = await steadily(bench, 'P12 one is silent', FOUR, load);
    await bench.stack.setFaultsOf(SILENT.provider, { delayMs: null });
    const back = await bench.measure('P12 the silent one is back', () =>
      bench.load<Awaited>({ job: 'await', mark: ACCEPTED, checkEveryMs: 20 }),
    );
    const p99 = ({ value }: typeof before): number => percentile(latencies(value), 0.99);
    const { elapsedMs, missing } = back.value;
    return [
      {
        goal: 'P12',
        text: `one provider silent for ${bench.workload.lengthOf(MINUTES)}: p99 to accepted by the other four`,
        figure: p99(during),
        unit: 'ms',
        against: { name: 'before', value: p99(before), unit: 'ms' },
        bar: 1.1,
        stretch: 1.05,
        better: 'less',
        disturbance: Math.max(before.spent.disturbance, during.spent.disturbance),
        note: `${during.value.due.length} requests at ${perSecond.toFixed(0)}/s, p99 minute by minute: before ${minutely(before.value).join(', ')} ms, silent ${minutely(during.value).join(', ')} ms`,
      },
      {
        goal: 'P12',
        text: 'its backlog gone after its return',
        figure: missing > 0 ? Infinity : elapsedMs / 1_000,
        unit: 's',
        bar: 120,
        stretch: 60,
        better: 'less',
        disturbance: back.spent.disturbance,
        ...(missing > 0 && { note: `${missing} requests were never accepted by all five` }),
      },
    ] satisfies Finding[];
  },
};

/** The p99 of what was due in each minute, milliseconds. */
function minutely(value: Pick<Registered, 'due' | 'reached'>): string[] {
  const elapsed = latencies(value);
  const minuteOf = (place: number) => Math.floor((value.due[place]! - value.due[0]!) / 60_000);
  const minutes = Array.from({ length: minuteOf(elapsed.length - 1) + 1 }, (_, minute) =>
    elapsed.filter((_, place) => minuteOf(place) === minute),
  );
  return minutes.map((each) => percentile(each, 0.99).toFixed(0));
}
