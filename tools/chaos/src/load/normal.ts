import type { Beat } from './pulse.js';

const WINDOW = 1_000;
const STEP = 100;
/** Looks are this far apart and others use the machine: below it nothing is told apart. */
const FLOOR = 400;

/** The 99th percentile; `Infinity` counts as it stands. */
export function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}

const waits = (beats: readonly Beat[]): number[] => beats.map(({ from, until }) => until - from);

/** What counts as normal after a blow: twice the p99 of before. */
export const normalAfter = (before: readonly Beat[]): number => Math.max(FLOOR, 2 * p99(waits(before)));

/**
 * Since when everything has been normal: the moment from which the p99 of every window of a second, moved by a tenth, is
 * within `limit`, and all that had come before has been accepted. `undefined` where that is not so yet.
 * @param from the blow @param now when this is asked: a window must be over and its limit have passed
 */
export function normalSince(
  beats: readonly Beat[],
  limit: number,
  from: number,
  now: number,
): number | undefined {
  const known = beats.filter((beat) => beat.from >= from && beat.from + limit < now);
  let since = from;
  for (let start = from; start + WINDOW + limit < now; start += STEP) {
    const within = known.filter((beat) => beat.from >= start && beat.from < start + WINDOW);
    if (p99(waits(within)) <= limit) continue;
    const late = within.filter((beat) => beat.until - beat.from > limit);
    since = Math.max(since, ...late.map(({ until }) => until));
  }
  return Number.isFinite(since) ? since : undefined;
}
