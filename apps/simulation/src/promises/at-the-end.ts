import { newestOf, progressOf, type JobFile, type Placement } from '@lianban/adapter-kit/pure';
import { isTerminal, type DecisionMade, type JobProgressed, type Utility } from '@lianban/contracts';
import { requestChanged } from '@lianban/intake/pure';
import { decisionOf } from '@lianban/routing/pure';
import type { Snapshots } from '@lianban/tracking/pure';
import type { Order } from '../providers/provider.js';
import { ordersOf } from '../run/play.js';
import { isOwned } from '../run/settle.js';
import { machineWork } from '../run/possible.js';
import type { World } from '../world.js';
import { hold } from './broken.js';

/** Looks at everything once it has come to rest. @throws Broken */
export function lookAtTheEnd(world: World): void {
  world.desks.forEach((desk, number) => {
    const requestId = world.requestIdOf(number);
    for (const { requestId: given } of desk.receipts)
      hold('kept-for-ever', given === requestId, () => `${given} of ${desk.key}`);
    if (requestId) lookAtRequest(world, requestId);
  });
  lookAtEffects(world);
}

function lookAtRequest(world: World, requestId: string): void {
  const left = machineWork(world, requestId).map(({ does, at }) => `${does} ${at ?? ''}`);
  hold('nothing-left', left.length === 0, () => `${requestId}: ${left.join(', ')}`);
  const snapshots = world.tracking.snapshotsOf(requestId);
  hold('tracking-true', snapshots !== undefined, () => `${requestId} is not shown`);
  isSame('request', requestChanged(world.intake.requestOf(requestId)), snapshots!.request);
  lookAtDecision(world, requestId, snapshots!);
  for (const { utility } of snapshots!.request.parts)
    lookAtJob(world, requestId, utility, snapshots![utility]);
}

function lookAtDecision(world: World, requestId: string, { decision }: Snapshots): void {
  const file = world.routing.fileOf(requestId)!;
  hold('tracking-true', decision !== undefined, () => `${requestId}: no decision is shown`);
  isSame('decision', told(decisionOf(file, world.now, world.catalogue.calendar)), told(decision!));
}

/** Days left are counted anew each day, and how far a running job is, its adapter says. */
const told = ({ jobs, ...decision }: DecisionMade) => ({
  ...decision,
  jobs: jobs.map(({ state, clock, ...job }) => ({
    ...job,
    state: ['placed', 'accepted', 'in-progress'].includes(state) ? '' : state,
    clock: { ...clock, remainingDays: 0 },
  })),
});

function lookAtJob(
  world: World,
  requestId: string,
  utility: Utility,
  shown: JobProgressed | undefined,
): void {
  const file = world.adapters[utility].fileOf(requestId)!;
  const name = `${requestId} ${utility}`;
  hold('tracking-true', shown !== undefined, () => `${name}: no progress is shown`);
  isSame(name, progressOf(file, utility), shown!);
  const newest = newestOf(file);
  const isDone = isTerminal(newest.state) || isOwned(shown!, world.tracking.snapshotsOf(requestId)!.decision);
  hold('everything-ends', isDone, () => `${name} is ${newest.state}`);
  const known = world.routing.fileOf(requestId)!.jobs.find((job) => job.utility === utility)!;
  hold(
    'tracking-true',
    known.state === newest.state,
    () => `${name}: routing has ${known.state}, not ${newest.state}`,
  );
  for (const placement of file.placements) lookAtPlacement(world, file, placement, utility);
}

function lookAtPlacement(world: World, file: JobFile, placement: Placement, utility: Utility): void {
  const { requestId, attempt, provider } = placement;
  const order = ordersOf(world, requestId, utility).find(
    (each) =>
      each.order.attempt === attempt && each.provider.id === placement.wanted.provider && !each.order.isExtra,
  )?.order;
  if (!order || wasFrozen(world, requestId, utility)) return;
  const name = `${requestId} ${utility} ${attempt} at ${provider}`;
  const isParked = placement.operation?.status === 'parked';
  const isGivenUp = placement.reason === 'given-up';
  hold(
    'provider-heard',
    isParked || isGivenUp || order.state === placement.state,
    () => `${name}: ${order.state}, not ${placement.state}`,
  );
  if (placement !== newestOf(file)) lookAtOld(world, file, placement, order, utility);
}

function lookAtOld(
  world: World,
  file: JobFile,
  { attempt }: Placement,
  { state, requestId }: Order,
  utility: Utility,
): void {
  const newest = newestOf(file);
  const isInherited = newest.operation === null && newest.state === state;
  const isTold = world.adapters[utility].findings.some(
    (each) => each.requestId === requestId && each.attempt === attempt && each.kind.startsWith('superseded-'),
  );
  const isLetGo = state !== 'completed' && state !== 'partly-completed';
  hold(
    'old-attempt-let-go',
    isLetGo || isTold || isInherited,
    () => `${requestId} ${utility} ${attempt} is ${state}`,
  );
}

const wasFrozen = (world: World, requestId: string, utility: Utility): boolean =>
  [...world.adapters[utility].operations.values()].some(
    (operation) => operation.requestId === requestId && world.promises.effects.frozen.has(operation.id),
  );

function lookAtEffects(world: World): void {
  const { doubled, frozen } = world.promises.effects;
  for (const { findings, operations } of Object.values(world.adapters)) {
    for (const { id, status, provider, kind } of operations.values()) {
      const count = world.providers.get(provider)!.effects.get(id) ?? 0;
      const isRight = status !== 'delivered' || count === 1 || frozen.has(id);
      hold('effect-once', isRight, () => `${kind} ${id} was done ${count} times`);
    }
    for (const { operation, kind, requestId, attempt } of doubled.filter(({ operation }) =>
      operations.has(operation),
    )) {
      const isFound = findings.some(
        (each) =>
          each.kind === 'second-reference' && each.requestId === requestId && each.attempt === attempt,
      );
      hold('doubles-found', kind !== 'place' || isFound, () => `place ${operation}`);
    }
  }
}

function isSame(what: string, owned: object, shown: object): void {
  const [a, b] = [JSON.stringify(owned), JSON.stringify(shown)];
  hold('tracking-true', a === b, () => `${what}\n  owner    ${a}\n  tracking ${b}`);
}
