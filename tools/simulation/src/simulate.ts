import { loadCatalogue } from '@lianban/catalogue';
import type { InvariantName } from './invariants/assert-invariant.js';
import { run } from './run/run.js';
import { shrink } from './run/shrink.js';
import type { Step } from './steps.js';
import { correctImplementations, type Implementations } from './implementations.js';

/** So many requests share a world: few enough that a failing schedule is shrunk quickly. */
const BATCH = 50;

export interface SimulateOptions {
  /** The seed of the first batch; each following batch has the next. */
  seed: number;
  requests: number;
  implementations?: Implementations;
  /** Stop at the first batch that breaks, and find its smallest schedule? */
  shrinks?: boolean;
}

export interface Simulated {
  requests: number;
  steps: number;
  /** The first failure. */
  failure?: { seed: number; invariant: InvariantName; message: string; requests: number; schedule: Step[] };
}

/** Simulates batch after batch until all requests are done or a promise is broken. */
export async function simulate({
  seed,
  requests,
  implementations = correctImplementations,
  shrinks = true,
}: SimulateOptions): Promise<Simulated> {
  const catalogue = loadCatalogue();
  const done = { requests: 0, steps: 0 };
  for (let batch = seed; done.requests < requests; batch++) {
    const settings = {
      seed: batch,
      requests: Math.min(BATCH, requests - done.requests),
      catalogue,
      implementations,
    };
    const { steps, violation } = await run(settings);
    done.requests += settings.requests;
    done.steps += steps.length;
    if (!violation) continue;
    const { invariant, message } = violation;
    const schedule = shrinks ? await shrink(settings, invariant, steps) : steps;
    return { ...done, failure: { seed: batch, invariant, message, requests: settings.requests, schedule } };
  }
  return done;
}
