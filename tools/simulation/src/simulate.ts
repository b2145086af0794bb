import { loadCatalogue } from '@lianban/catalogue';
import type { PromiseName } from './promises/broken.js';
import { run } from './run/run.js';
import { shrink } from './run/shrink.js';
import type { Step } from './steps.js';
import { soundWays, type Ways } from './ways.js';

/** So many requests share a world: few enough that a failing schedule is shrunk quickly. */
const BATCH = 50;

export interface Wishes {
  /** The seed of the first batch; each following batch has the next. */
  seed: number;
  requests: number;
  ways?: Ways;
  /** Stop at the first batch that breaks, and find its smallest schedule? */
  shrinks?: boolean;
}

export interface Simulated {
  requests: number;
  steps: number;
  /** The first failure. */
  failure?: { seed: number; promise: PromiseName; message: string; requests: number; schedule: Step[] };
}

/** Simulates batch after batch until all requests are done or a promise is broken. */
export function simulate({ seed, requests, ways = soundWays, shrinks = true }: Wishes): Simulated {
  const catalogue = loadCatalogue();
  const done = { requests: 0, steps: 0 };
  for (let batch = seed; done.requests < requests; batch++) {
    const setting = { seed: batch, requests: Math.min(BATCH, requests - done.requests), catalogue, ways };
    const { steps, broken } = run(setting);
    done.requests += setting.requests;
    done.steps += steps.length;
    if (!broken) continue;
    const { promise, message } = broken;
    const schedule = shrinks ? shrink(setting, promise, steps) : steps;
    return { ...done, failure: { seed: batch, promise, message, requests: setting.requests, schedule } };
  }
  return done;
}
