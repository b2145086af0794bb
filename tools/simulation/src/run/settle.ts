import { isTerminal, UTILITIES, type JobStatus } from '@lianban/contracts';
import { hold } from '../promises/broken.js';
import { numberOf } from '../random.js';
import type { World } from '../world.js';
import { parkedOf } from './people.js';
import { isOpenOrder, ordersOf, play } from './play.js';
import { machineWork, type Choice } from './possible.js';

const DAY = 86_400_000;
const LONGEST = 150;
const MOST_ROUNDS = 2_000;

/** Heals everything and lets the house run on, providers finishing what they have, until nothing is left to do. */
export function settle(world: World): void {
  for (const provider of world.providers.values()) provider.isAway = false;
  const rounds = world.desks.map(() => 0);
  for (let days = 0; days < LONGEST;) {
    const acted = world.desks.filter((_, number) => doAll(world, number, (rounds[number]! += 1)));
    hold('nothing-left', Math.max(...rounds) < MOST_ROUNDS, () => 'the house never comes to rest');
    if (acted.length > 0) continue;
    const next = soonest(world);
    if (next === undefined && world.desks.every((_, number) => isOver(world, number))) return;
    world.pass(next ?? DAY);
    if (next === undefined) days += 1;
  }
  const open = world.desks.flatMap((_, number) => (isOver(world, number) ? [] : [`#${number}`]));
  hold('everything-ends', false, () => `after ${LONGEST} days ${open.join(', ')} still open`);
}

/** Does what can be done for a request; answers whether there was anything. What comes of it hangs on the request alone. */
function doAll(world: World, number: number, round: number): boolean {
  const requestId = world.requestIdOf(number);
  const choices = requestId ? [...machineWork(world, requestId), ...lastActs(world, requestId)] : [];
  for (const { does, at = '' } of choices)
    play(world, { does, of: [number], roll: numberOf(world.seed, number, round, does, at), at });
  return choices.length > 0;
}

/** Providers finish; the operator tries again what is parked, of every second request. */
function lastActs(world: World, requestId: string): Choice[] {
  return UTILITIES.flatMap((at) => {
    const choices: Choice[] = [];
    if (ordersOf(world, requestId, at).some(({ order }) => isOpenOrder(order)))
      choices.push({ weight: 1, does: 'finish', at });
    if (numberOf(requestId) % 2 === 0 && parkedOf(world, requestId, at).length > 0)
      choices.push({ weight: 1, does: 'retry', at });
    return choices;
  });
}

/** How long until the next operation is due or its lease is over, milliseconds; undefined where none is. */
function soonest(world: World): number | undefined {
  const dates = Object.values(world.adapters).flatMap(({ hands }) =>
    [...hands.values()]
      .flat()
      .flatMap(({ operation: { status, nextAt, leaseUntil } }) =>
        status === 'parked' ? [] : [Date.parse(status === 'sending' ? leaseUntil! : nextAt)],
      ),
  );
  if (dates.length === 0) return undefined;
  return Math.max(1_000, Math.min(...dates) + 1 - world.now.getTime());
}

/** Has a request ended, or does each of its open jobs wait for a person? */
function isOver(world: World, number: number): boolean {
  const requestId = world.requestIdOf(number);
  const status = requestId && world.tracking.statusOf(requestId);
  if (!status) return !requestId;
  return status.jobs.every((job) => isTerminal(job.state) || isOwned(job));
}

/** Does a person know that a job is his to look at? */
export const isOwned = ({ operation, deadlineOutcome }: JobStatus): boolean =>
  operation.delivery === 'parked' || deadlineOutcome === 'escalated';
