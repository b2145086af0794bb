import { isTerminal, UTILITIES, type JobStatus } from '@lianban/contracts';
import { assertInvariant } from '../invariants/assert-invariant.js';
import { numberOf } from '../random.js';
import type { World } from '../world.js';
import { parkedOf } from './people-steps.js';
import { isOpenOrder, ordersOf, perform } from './perform-step.js';
import { machineWork, type Choice } from './possible-steps.js';

const DAY_MS = 86_400_000;
const MAX_DAYS = 150;
const MAX_ROUNDS = 2_000;

/** Heals everything and lets the system run on, providers finishing what they have, until nothing is left to do. */
export async function settle(world: World): Promise<void> {
  for (const provider of world.providers.values()) provider.isDown = false;
  const rounds = world.desks.map(() => 0);
  for (let days = 0; days < MAX_DAYS;) {
    let hasActed = false;
    for (const number of world.desks.keys())
      hasActed = (await performAll(world, number, (rounds[number]! += 1))) || hasActed;
    assertInvariant('nothing-left', Math.max(...rounds) < MAX_ROUNDS, () => 'the system never comes to rest');
    if (hasActed) continue;
    const next = nextDue(world);
    if (next === undefined && world.desks.every((_, number) => isOver(world, number))) return;
    world.pass(next ?? DAY_MS);
    if (next === undefined) days += 1;
  }
  const open = world.desks.flatMap((_, number) => (isOver(world, number) ? [] : [`#${number}`]));
  assertInvariant('everything-ends', false, () => `after ${MAX_DAYS} days ${open.join(', ')} still open`);
}

/** Does what can be done for a request; answers whether there was anything. What comes of it hangs on the request alone. */
async function performAll(world: World, number: number, round: number): Promise<boolean> {
  const requestId = world.requestIdOf(number);
  const choices = requestId ? [...machineWork(world, requestId), ...finalChoices(world, requestId)] : [];
  for (const { does, at = '' } of choices)
    await perform(world, { does, of: [number], roll: numberOf(world.seed, number, round, does, at), at });
  return choices.length > 0;
}

/** Providers finish; the operator tries again what is parked, of every second request. */
function finalChoices(world: World, requestId: string): Choice[] {
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
function nextDue(world: World): number | undefined {
  const dates = Object.values(world.adapters).flatMap(({ openOperations }) =>
    [...openOperations.values()]
      .flat()
      .flatMap(({ status, nextAt, leaseUntil }) =>
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
