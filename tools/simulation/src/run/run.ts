import type { Catalogue } from '@lianban/catalogue';
import { checkAtTheEnd } from '../invariants/final-invariants.js';
import { InvariantBroken } from '../invariants/assert-invariant.js';
import { numberOf, Random } from '../random.js';
import type { Step } from '../steps.js';
import type { Implementations } from '../implementations.js';
import { World } from '../world.js';
import { nextStep } from './next-step.js';
import { perform } from './perform-step.js';
import { settle } from './settle.js';

const STEPS_PER_REQUEST = 70;

export interface RunSettings {
  seed: number;
  requests: number;
  catalogue: Catalogue;
  implementations: Implementations;
}

/** What a run came to: its steps, and the promise that did not hold. */
export interface Result {
  steps: Step[];
  violation?: InvariantBroken;
}

/** Runs so many requests from a seed: the same seed gives the same run. */
export async function run(settings: RunSettings): Promise<Result> {
  const random = new Random(numberOf('run', settings.seed));
  const steps: Step[] = [];
  const violation = await violationIn(settings, async (world) => {
    const length = settings.requests * STEPS_PER_REQUEST;
    while (steps.length < length) {
      const step = nextStep(world, random, steps.length / length);
      steps.push(step);
      await perform(world, step);
    }
  });
  return { steps, ...(violation && { violation }) };
}

/** Plays these very steps again. */
export function replay(settings: RunSettings, steps: readonly Step[]): Promise<InvariantBroken | undefined> {
  return violationIn(settings, async (world) => {
    for (const step of steps) await perform(world, step);
  });
}

async function violationIn(
  { seed, requests, catalogue, implementations }: RunSettings,
  act: (world: World) => Promise<void>,
): Promise<InvariantBroken | undefined> {
  try {
    const world = new World(seed, requests, catalogue, implementations);
    await act(world);
    await settle(world);
    await checkAtTheEnd(world);
    return undefined;
  } catch (error) {
    if (error instanceof InvariantBroken) return error;
    throw error;
  }
}
