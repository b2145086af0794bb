import type { InvariantName } from '../invariants/assert-invariant.js';
import type { Step } from '../steps.js';
import { replay, type RunSettings } from './run.js';

/** So many replays at most: a failure is to be told within a minute. */
const MAX_REPLAYS = 5_000;

/** The smallest schedule found that still breaks the same promise: requests left out first, then faults, then steps. */
export async function shrink(
  settings: RunSettings,
  invariant: InvariantName,
  steps: readonly Step[],
): Promise<Step[]> {
  let replays = 0;
  const stillBreaks = async (some: readonly Step[]): Promise<boolean> =>
    (replays += 1) <= MAX_REPLAYS && (await replay(settings, some))?.invariant === invariant;
  const numbers = [...new Set(steps.flatMap(({ of }) => of))];
  const requests = await fewest(numbers, (some) => stillBreaks(only(steps, some)));
  const few = only(steps, requests);
  const faulty = few.filter(({ fault }) => fault);
  const needed = new Set(await leastOf(faulty, (some) => stillBreaks(withFaults(few, new Set(some)))));
  return leastOf(withFaults(few, needed), stillBreaks);
}

/** One alone where that is enough. */
async function fewest<T>(things: readonly T[], stillBreaks: (some: T[]) => Promise<boolean>): Promise<T[]> {
  for (const thing of things) if (await stillBreaks([thing])) return [thing];
  return leastOf(things, stillBreaks);
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
async function leastOf<T>(things: readonly T[], stillBreaks: (some: T[]) => Promise<boolean>): Promise<T[]> {
  let left = [...things];
  for (let size = left.length >> 1; size >= 1; size >>= 1)
    for (let from = 0; from < left.length;) {
      const some = left.toSpliced(from, size);
      if (await stillBreaks(some)) left = some;
      else from += size;
    }
  return left;
}
