import type { Sample } from './probe.js';

const WINDOW_MS = 1_000;
const STEP_MS = 100;
/** Observations are this far apart and others use the machine: nothing below it can be distinguished. */
const MIN_LIMIT_MS = 400;

/** The 99th percentile; `Infinity` counts as it stands. */
export function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}

const waits = (samples: readonly Sample[]): number[] => samples.map(({ from, until }) => until - from);

/** What counts as normal after a fault: twice the p99 of before. */
export const normalAfter = (before: readonly Sample[]): number =>
  Math.max(MIN_LIMIT_MS, 2 * p99(waits(before)));

/**
 * Since when everything has been normal: the moment from which the p99 of every window of a second, moved by a tenth, is
 * within `limit`, and all that had come before has been accepted. `undefined` where that is not so yet.
 * @param from the fault @param now when this is asked: a window must be over and its limit have passed
 */
export function normalSince(
  samples: readonly Sample[],
  limit: number,
  from: number,
  now: number,
): number | undefined {
  const known = samples.filter((sample) => sample.from >= from && sample.from + limit < now);
  let since = from;
  for (let start = from; start + WINDOW_MS + limit < now; start += STEP_MS) {
    const within = known.filter((sample) => sample.from >= start && sample.from < start + WINDOW_MS);
    if (p99(waits(within)) <= limit) continue;
    const late = within.filter((sample) => sample.until - sample.from > limit);
    since = Math.max(since, ...late.map(({ until }) => until));
  }
  return Number.isFinite(since) ? since : undefined;
}
