import type { Catalogue } from '@lianban/catalogue';
import { lookAtTheEnd } from '../promises/at-the-end.js';
import { Broken } from '../promises/broken.js';
import { numberOf, Random } from '../random.js';
import type { Step } from '../steps.js';
import type { Ways } from '../ways.js';
import { World } from '../world.js';
import { nextStep } from './generate.js';
import { play } from './play.js';
import { settle } from './settle.js';

const STEPS_OF_A_REQUEST = 70;

export interface Setting {
  seed: number;
  requests: number;
  catalogue: Catalogue;
  ways: Ways;
}

/** What a run came to: its steps, and the promise that did not hold. */
export interface Result {
  steps: Step[];
  broken?: Broken;
}

/** Runs so many requests from a seed: the same seed gives the same run. */
export function run(setting: Setting): Result {
  const random = new Random(numberOf('run', setting.seed));
  const steps: Step[] = [];
  const broken = breakOf(setting, (world) => {
    const length = setting.requests * STEPS_OF_A_REQUEST;
    while (steps.length < length) {
      const step = nextStep(world, random, steps.length / length);
      steps.push(step);
      play(world, step);
    }
  });
  return { steps, ...(broken && { broken }) };
}

/** Plays these very steps again. */
export function replay(setting: Setting, steps: readonly Step[]): Broken | undefined {
  return breakOf(setting, (world) => steps.forEach((step) => play(world, step)));
}

function breakOf(
  { seed, requests, catalogue, ways }: Setting,
  act: (world: World) => void,
): Broken | undefined {
  try {
    const world = new World(seed, requests, catalogue, ways);
    act(world);
    settle(world);
    lookAtTheEnd(world);
    return undefined;
  } catch (error) {
    if (error instanceof Broken) return error;
    throw error;
  }
}
