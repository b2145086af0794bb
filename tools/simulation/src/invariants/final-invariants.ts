import { toProgressEvent, type Job, type Placement } from '@lianban/adapter-kit/domain';
import { isTerminal, type JobStatus, type RequestStatusChanged, type Utility } from '@lianban/contracts';
import { toDossierChanged } from '@lianban/intake/domain';
import { toStatusEvent } from '@lianban/routing/domain';
import type { Order } from '../providers/provider.js';
import { ordersOf } from '../run/perform-step.js';
import { isOwned } from '../run/settle.js';
import { machineWork } from '../run/possible-steps.js';
import type { World } from '../world.js';
import { assertInvariant } from './assert-invariant.js';

/** Looks at everything once it has come to rest. @throws Broken */
export async function checkAtTheEnd(world: World): Promise<void> {
  for (const [number, desk] of world.desks.entries()) {
    const requestId = world.requestIdOf(number);
    for (const { requestId: given } of desk.receipts)
      assertInvariant('receipts-last', given === requestId, () => `${given} of ${desk.key}`);
    if (requestId) await checkRequestAtEnd(world, requestId);
  }
  checkEffects(world);
}

async function checkRequestAtEnd(world: World, requestId: string): Promise<void> {
  const left = machineWork(world, requestId).map(({ does, at }) => `${does} ${at ?? ''}`);
  assertInvariant('nothing-left', left.length === 0, () => `${requestId}: ${left.join(', ')}`);
  const status = world.tracking.statusOf(requestId);
  assertInvariant('tracking-true', status !== undefined, () => `${requestId} is not shown`);
  const request = (await world.routing.requestOf(requestId))!;
  const owned = toStatusEvent(request, world.now, world.catalogue.calendar);
  assertSame('status', withoutDays(owned), withoutDays(status!));
  const { receiptNumber, applicantMasked, queryCodeHash, pendingMaterials } = status!;
  const shown = { receiptNumber, applicantMasked, queryCodeHash, pendingMaterials };
  const dossier = toDossierChanged(world.intake.requestOf(requestId));
  assertSame('dossier', { ...pick(dossier, shown) }, shown);
  const ids = status!.facts.map(({ id }) => id);
  assertInvariant('reported-once', new Set(ids).size === ids.length, () => `${requestId}: ${ids.join(', ')}`);
  for (const job of status!.jobs) await checkJob(world, requestId, job, ids);
}

const pick = <T extends object>(from: T, like: object): Partial<T> =>
  Object.fromEntries(Object.keys(like).map((key) => [key, from[key as keyof T]])) as Partial<T>;

/** Days left are counted anew each day. */
const withoutDays = ({ jobs, ...status }: RequestStatusChanged) => ({
  ...status,
  jobs: jobs.map(({ clock, ...job }) => ({ ...job, clock: { ...clock, remainingDays: 0 } })),
});

async function checkJob(
  world: World,
  requestId: string,
  shown: JobStatus,
  facts: readonly string[],
): Promise<void> {
  const { utility } = shown;
  const job = (await world.adapters[utility].jobOf(requestId))!;
  const name = `${requestId} ${utility}`;
  const progress = toProgressEvent(job);

  const { clock: _1, withdrawnByApplicant: _2, deadlineOutcome: _3, reroutedFor: _4, ...rest } = shown;
  assertSame(name, sorted(pick(progress, rest)), sorted(rest));
  const untold = progress.facts.filter(({ id }) => !facts.includes(id)).map(({ id }) => id);
  assertInvariant('reported-once', untold.length === 0, () => `${name} was not told ${untold.join(', ')}`);
  const newest = job.newest();
  const isDone = isTerminal(newest.state) || isOwned(shown);
  assertInvariant('everything-ends', isDone, () => `${name} is ${newest.state}`);
  for (const placement of job.placements) checkPlacement(world, job, placement, utility);
}

function checkPlacement(world: World, job: Job, placement: Placement, utility: Utility): void {
  const { requestId, attempt, provider } = placement;
  const order = ordersOf(world, requestId, utility).find(
    (each) =>
      each.order.attempt === attempt &&
      each.provider.id === placement.desired.provider &&
      !each.order.isExtra,
  )?.order;
  if (!order || wasFrozen(world, requestId, utility) || isGivenBack(world, placement)) return;
  const name = `${requestId} ${utility} ${attempt} at ${provider}`;
  const isParked = placement.operation?.status === 'parked';
  const isGivenUp = placement.reason === 'given-up';
  // What a superseded attempt waited for was answered, and its provider is asked to let it go instead of being told.
  const isAnswered =
    placement.superseded && order.state === 'waiting' && placement.state === placement.highestState;
  assertInvariant(
    'provider-agrees',
    isParked || isGivenUp || isAnswered || order.state === placement.state,
    () => `${name}: ${order.state}, not ${placement.state}`,
  );
  if (placement !== job.newest()) checkOldAttempt(world, job, placement, order, utility);
}

/** What officers gave back is over on the workbench without a word; the provider that is played here knows nothing of that. */
const isGivenBack = ({ catalogue }: World, placement: Placement): boolean =>
  placement.superseded &&
  placement.reason === 'rerouted' &&
  placement.operation?.kind !== 'withdraw' &&
  catalogue.provider(placement.provider)?.dialect === 'workbench';

function checkOldAttempt(
  world: World,
  job: Job,
  { attempt }: Placement,
  { state, requestId }: Order,
  utility: Utility,
): void {
  const newest = job.newest();
  const isInherited = newest.operation === null && newest.state === state;
  const isTold = world.adapters[utility].findings.some(
    (each) => each.requestId === requestId && each.attempt === attempt && each.kind.startsWith('superseded-'),
  );
  const isLetGo = state !== 'completed' && state !== 'partly-completed';
  assertInvariant(
    'old-attempt-let-go',
    isLetGo || isTold || isInherited,
    () => `${requestId} ${utility} ${attempt} is ${state}`,
  );
}

const wasFrozen = (world: World, requestId: string, utility: Utility): boolean =>
  [...world.adapters[utility].operations.values()].some(
    (operation) => operation.requestId === requestId && world.invariants.effects.frozen.has(operation.id),
  );

function checkEffects(world: World): void {
  const { doubled, frozen } = world.invariants.effects;
  for (const { findings, operations } of Object.values(world.adapters)) {
    for (const { id, status, provider, kind } of operations.values()) {
      const count = world.providers.get(provider)!.effects.get(id) ?? 0;
      const isRight = status !== 'delivered' || count === 1 || frozen.has(id);
      assertInvariant('effect-once', isRight, () => `${kind} ${id} was done ${count} times`);
    }
    for (const { operation, kind, requestId, attempt } of doubled.filter(({ operation }) =>
      operations.has(operation),
    )) {
      const isFound = findings.some(
        (each) =>
          each.kind === 'second-reference' && each.requestId === requestId && each.attempt === attempt,
      );
      assertInvariant('doubles-found', kind !== 'place' || isFound, () => `place ${operation}`);
    }
  }
}

const sorted = (from: object): object =>
  Object.fromEntries(Object.entries(from).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function assertSame(what: string, owned: object, shown: object): void {
  const [a, b] = [JSON.stringify(owned), JSON.stringify(shown)];
  assertInvariant('tracking-true', a === b, () => `${what}\n  owner    ${a}\n  tracking ${b}`);
}
