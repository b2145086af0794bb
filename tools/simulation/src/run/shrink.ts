import type { PromiseName } from '../promises/broken.js';
import type { Step } from '../steps.js';
import { replay, type Setting } from './run.js';

/** So many replays at most: a failure is to be told within a minute. */
const MOST_REPLAYS = 5_000;

/** The smallest schedule found that still breaks the same promise: requests left out first, then faults, then steps. */
export function shrink(setting: Setting, promise: PromiseName, steps: readonly Step[]): Step[] {
  let replays = 0;
  const breaks = (some: readonly Step[]): boolean =>
    (replays += 1) <= MOST_REPLAYS && replay(setting, some)?.promise === promise;
  const numbers = [...new Set(steps.flatMap(({ of }) => of))];
  const alone = numbers.find((number) => breaks(only(steps, [number])));
  const requests = alone === undefined ? leastOf(numbers, (some) => breaks(only(steps, some))) : [alone];
  const few = only(steps, requests);
  const faulty = few.filter(({ fault }) => fault);
  const needed = new Set(leastOf(faulty, (some) => breaks(withFaults(few, new Set(some)))));
  return leastOf(withFaults(few, needed), breaks);
}

/** The steps that concern these requests, or the world. */
const only = (steps: readonly Step[], numbers: readonly number[]): Step[] =>
  steps
    .map((step) => ({
      ...step,
      of: step.of.filter((number) => numbers.includes(number)),
      wasOf: step.of.length,
    }))
    .filter(({ of, wasOf }) => of.length > 0 || wasOf === 0)
    .map(({ wasOf: _, ...step }) => step);

const withFaults = (steps: readonly Step[], faulty: ReadonlySet<Step>): Step[] =>
  steps.map((step) => (faulty.has(step) ? step : { ...step, fault: undefined }));

/** Leaves out ever smaller parts as long as what is left still breaks. */
function leastOf<T>(things: readonly T[], breaks: (some: T[]) => boolean): T[] {
  let left = [...things];
  for (let size = left.length >> 1; size >= 1; size >>= 1)
    for (let from = 0; from < left.length;) {
      const some = left.toSpliced(from, size);
      if (breaks(some)) left = some;
      else from += size;
    }
  return left;
}
