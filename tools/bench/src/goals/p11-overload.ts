import type { Registered } from '../load/jobs.js';
import { percentile } from '../report/percentiles.js';
import { ACCEPT_IN_REPLY, ACCEPTED } from './throughput.js';
import type { Finding, Goal } from './goal.js';
import { latencies, steadily } from './latency.js';

const TIMES = 3;
const PROBES_PER_SECOND = 20;
/** Answers that an overloaded endpoint may give. */
const ALLOWED_REFUSALS = ['201', '429', '503'];

export const p11: Goal = {
  id: 'P11',
  needs: [],
  async measure(bench) {
    const { perSecond: capacity } = await bench.throughput();
    await bench.stack.setFaults(ACCEPT_IN_REPLY);
    await bench.quiet();
    const [calm, flood, after] = [3, 20, 15].map((seconds) => bench.workload.seconds(seconds));
    const steps = [
      { perSecond: PROBES_PER_SECOND, seconds: calm! },
      { perSecond: capacity * TIMES, seconds: flood! },
      { perSecond: PROBES_PER_SECOND, seconds: after! },
    ];
    const { value, spent } = await steadily(bench, 'P11 three times capacity', ACCEPTED, steps, false);
    const from = value.due[0]! + calm! * 1_000;
    const until = from + flood! * 1_000;
    const { statuses } = value;
    const unexpected = Object.entries(statuses).filter(([status]) => !ALLOWED_REFUSALS.includes(status));
    const common = { goal: 'P11', better: 'less', disturbance: spent.disturbance } as const;
    const summary = Object.entries(statuses).map(([status, times]) => `${times} × ${status}`);
    return [
      {
        ...common,
        text: `goodput at ${TIMES} × capacity`,
        figure: goodput(value, from, until),
        unit: '/s',
        against: { name: 'P2', value: capacity, unit: '/s' },
        bar: 0.9,
        stretch: 0.95,
        better: 'more',
        note: `answers ${summary.join(', ')}`,
      },
      {
        ...common,
        text: 'answers that are neither a receipt nor 429 or 503 with Retry-After',
        figure: unexpected.reduce((sum, [, times]) => sum + times, 0) + value.withoutRetryAfter,
        unit: '',
        bar: 0,
      },
      {
        ...common,
        text: 'time to normal after it',
        figure: timeToNormal(value, from, until) / 1_000,
        unit: 's',
        bar: 2,
        stretch: 1,
      },
    ] satisfies Finding[];
  },
};

/** Requests carried a second while too much was offered; its first tenth is left out, nothing could have come yet. */
export function goodput({ reached }: Pick<Registered, 'reached'>, from: number, until: number): number {
  const begin = from + (until - from) / 10;
  return (reached.filter((at) => at >= begin && at < until).length * 1_000) / (until - begin);
}

/** Milliseconds from the end of the flood until a request takes at most twice what it took before; Infinity for never. */
export function timeToNormal(
  value: Pick<Registered, 'due' | 'reached'>,
  from: number,
  until: number,
): number {
  const elapsed = latencies(value);
  const usual = percentile(
    elapsed.filter((_, place) => value.due[place]! < from),
    0.5,
  );
  const first = elapsed.findIndex((ms, place) => value.due[place]! >= until && ms <= 2 * usual);
  return first < 0 ? Infinity : value.due[first]! - until;
}
