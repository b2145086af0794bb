import { UTILITIES } from '@lianban/contracts';
import type { Random } from '../random.js';
import type { StepKind, Fault, Step } from '../steps.js';
import type { World } from '../world.js';
import { freeChoices, machineWork, type Choice } from './possible-steps.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const MAX_OPEN_REQUESTS = 10;

const WAITS = [
  { weight: 30, ms: 200 },
  { weight: 40, ms: 2 * SECOND_MS },
  { weight: 30, ms: 6 * SECOND_MS },
  { weight: 20, ms: 20 * SECOND_MS },
  { weight: 16, ms: 300 * SECOND_MS },
  { weight: 8, ms: 4 * HOUR_MS },
  { weight: 6, ms: DAY_MS },
  { weight: 2, ms: 4 * DAY_MS },
];

const COMMIT: Fault[] = ['killed-before-commit', 'killed-after-commit'];
/** What may go wrong with each deed; a step that has nothing here goes well. */
const FAULTS_OF: Partial<Record<StepKind, Fault[]>> = {
  register: COMMIT,
  amend: COMMIT,
  withdraw: COMMIT,
  answer: COMMIT,
  reroute: COMMIT,
  relay: ['killed-after-commit'],
  deliver: [...COMMIT, 'acknowledgement-lost', 'shuffled', 'shuffled'],
  'check-deadlines': COMMIT,
  close: COMMIT,
  lease: COMMIT,
  expire: COMMIT,
  'record-outcome': [...COMMIT, 'frozen'],
  report: [...COMMIT, 'acknowledgement-lost', 'shuffled', 'shuffled'],
  arrive: ['no-connection', 'answer-lost', 'answer-lost', 'frozen'],
};

/** Thinks of the next step: mostly what is to be done for some request of those in the system after that share of the run, now and then something that befalls the world. */
export function nextStep(world: World, random: Random, progress: number): Step {
  const roll = random.next();
  if (random.percent(3)) return { does: 'wait', of: [], roll, ms: random.weighted(WAITS).ms };
  if (random.percent(0.7)) return turn(world, random, roll);
  if (random.percent(0.7)) return { does: 'crash', of: [], at: random.pick(UTILITIES), roll };
  const number = oneOf(world, random, progress);
  const { does, at } = choose(world, number, random);
  const fault = random.percent(14) && FAULTS_OF[does] ? random.pick(FAULTS_OF[does]) : undefined;
  const of = does === 'deliver' ? [number, ...companions(world, number, at!, random, progress)] : [number];
  return { does, of, ...(at && { at }), roll, ...(fault && { fault }) };
}

function turn(world: World, random: Random, roll: number): Step {
  const away = [...world.providers.values()].find(({ isDown }) => isDown);
  if (away) return { does: 'come-back', of: [], at: away.id, roll };
  return { does: 'go-away', of: [], at: random.pick([...world.providers.keys()]), roll };
}

function choose(world: World, number: number, random: Random): Choice {
  const requestId = world.requestIdOf(number);
  if (!requestId) return { weight: 1, does: 'register' };
  const work = machineWork(world, requestId);
  return random.weighted(work.length > 0 && !random.percent(12) ? work : freeChoices(world, requestId));
}

/** Few are in the system at a time, so that what belongs together comes close together. */
function oneOf({ desks }: World, random: Random, progress: number): number {
  const window = Math.min(MAX_OPEN_REQUESTS, desks.length);
  return Math.floor(progress * (desks.length - window + 1)) + random.below(window);
}

/** Others whose records come in the same chunk. */
function companions(world: World, number: number, group: string, random: Random, progress: number): number[] {
  const some = [1, 2, 3].slice(0, random.below(4)).map(() => oneOf(world, random, progress));
  return [...new Set(some)].filter((other) => {
    const requestId = world.requestIdOf(other);
    return other !== number && requestId && world.transport.waiting(group, requestId).length > 0;
  });
}
