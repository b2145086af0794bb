import type { Utility } from '@lianban/contracts';
import { isDue } from '@lianban/adapter-kit/domain';
import { notSent, unknown, hasArrived, isLate, isPastLease, type Call } from '../system/calls.js';
import type { Random } from '../random.js';
import type { Step } from '../steps.js';
import type { World } from '../world.js';

/** A service takes the next records of these requests in one transaction, and says so afterwards. */
export async function deliver(
  world: World,
  { of, at, fault }: Step,
  randomOf: (number: number) => Random,
): Promise<void> {
  const group = at!;
  const { store, handle } = world.services[group]!;
  const records = of.flatMap((number) => {
    const requestId = world.requestIdOf(number);
    const isWaiting = requestId && world.transport.waiting(group, requestId).length > 0;
    return isWaiting ? world.transport.fetch(group, requestId, randomOf(number), fault) : [];
  });
  if (world.implementations.acknowledges === 'before-commit') world.transport.acknowledge(group, records);
  await store.run(fault, (work) => handle.call(world.services[group], records, work));
  if (fault !== 'acknowledgement-lost' && world.implementations.acknowledges === 'after-commit')
    world.transport.acknowledge(group, records);
}

/** An adapter takes what is due and sends it; one that dies in between has perhaps sent it. */
export async function leaseDue(
  world: World,
  requestId: string,
  random: Random,
  { at, fault }: Step,
): Promise<void> {
  const adapter = world.adapters[at as Utility];
  const due = dueOf(world, requestId, at as Utility);
  if (due.length === 0) return;
  const leased = await adapter.lease(requestId, random.pick(due).provider, fault);
  const { outcomeUnknown, provider } = leased;
  const isQuestion =
    outcomeUnknown && world.implementations.looksFirst(world.providers.get(provider)!.retrySafety);
  const sentAt = world.now.getTime();
  const arrivesAt = sentAt + (random.percent(25) ? 5_000 + random.below(11_000) : 0);
  const call: Call = { leased, isQuestion, sentAt, arrivesAt, isInTransit: true, isAwaited: true };
  adapter.calls.set(requestId, [...callsOf(world, requestId, at as Utility), call]);
}

export const dueOf = (world: World, requestId: string, utility: Utility) => {
  const { openOperations, circuitBreakers } = world.adapters[utility];
  return (openOperations.get(requestId) ?? []).filter(
    (operation) => isDue(operation, world.now) && !circuitBreakers.isTripped(operation.provider, world.now),
  );
};

export const callsOf = (world: World, requestId: string, utility: Utility): Call[] =>
  world.adapters[utility].calls.get(requestId) ?? [];

/** A message reaches its provider, or does not; one that is older than its lease only where something stood still. */
export function arrive(world: World, requestId: string, random: Random, { at, fault }: Step): void {
  const calls = callsOf(world, requestId, at as Utility).filter((call) => hasArrived(call, world.now));
  if (calls.length === 0) return;
  const call = random.pick(calls);
  const provider = world.providers.get(call.leased.provider)!;
  call.isInTransit = false;
  if (isPastLease(call, world.now)) {
    if (fault !== 'frozen') return setOutcome(call, unknown('lost on its way'), true);
    world.invariants.effects.frozen.add(call.leased.id);
  }
  if (provider.isDown || fault === 'no-connection') return setOutcome(call, notSent('no connection'), true);
  const { body } = call.leased;
  const outcome = call.isQuestion ? provider.find(body.operation) : provider.take(body, random);
  if (fault === 'answer-lost') return setOutcome(call, unknown('no answer'), true);
  const isDoubtful =
    outcome.kind === 'absent' && !world.implementations.believesAbsent(call.leased.mayBeInFlight);
  setOutcome(call, isDoubtful ? { kind: 'unknown', error: 'may still arrive', countsAsTry: false } : outcome);
}

function setOutcome(call: Call, outcome: Call['outcome'], away = false): void {
  Object.assign(call, { outcome: call.outcome ?? outcome, away });
}

/** The process waits no longer; the message may still arrive. */
export function timeOut(world: World, requestId: string, random: Random, { at }: Step): void {
  const late = callsOf(world, requestId, at as Utility).filter((call) => isLate(call, world.now));
  if (late.length > 0) setOutcome(random.pick(late), unknown('timed out'), true);
}

/** What came of a call is noted; where the process dies first, or stood still beyond its lease, it may be lost. */
export async function recordOutcome(
  world: World,
  requestId: string,
  random: Random,
  { at, fault }: Step,
): Promise<void> {
  const known = callsOf(world, requestId, at as Utility).filter(
    ({ isAwaited, outcome }) => isAwaited && outcome,
  );
  if (known.length === 0) return;
  const call = random.pick(known);
  call.isAwaited = false;
  if (isPastLease(call, world.now)) {
    if (fault !== 'frozen') return;
    world.invariants.effects.frozen.add(call.leased.id);
  }
  recordReachability(world, at as Utility, call);
  try {
    await world.adapters[at as Utility].recordOutcome(requestId, call, fault);
  } finally {
    dropFinishedCalls(world, requestId, at as Utility);
  }
}

function recordReachability(world: World, utility: Utility, { leased, outcome, away }: Call): void {
  const { circuitBreakers } = world.adapters[utility];
  const { provider } = leased;
  if (!away) circuitBreakers.recordSuccess(provider);
  else if (circuitBreakers.recordFailure(provider, world.now) && outcome && 'countsAsTry' in outcome)
    outcome.countsAsTry = false;
}

function dropFinishedCalls(world: World, requestId: string, utility: Utility): void {
  const left = callsOf(world, requestId, utility).filter(
    ({ isInTransit, isAwaited }) => isInTransit || isAwaited,
  );
  world.adapters[utility].calls.set(requestId, left);
}

/** The process of an adapter dies: nobody waits for its calls any more. */
export function crash(world: World, utility: Utility): void {
  for (const [requestId, calls] of world.adapters[utility].calls) {
    for (const call of calls) call.isAwaited = false;
    dropFinishedCalls(world, requestId, utility);
  }
}

/** A report reaches its adapter; a provider that gets no answer sends it again. */
export async function report(
  world: World,
  requestId: string,
  random: Random,
  { at, fault }: Step,
): Promise<void> {
  const utility = at as Utility;
  const pendingReports = world.pendingReportsOf(requestId, utility);
  if (pendingReports.length === 0) return;
  const pendingReport = fault === 'shuffled' ? random.pick(pendingReports) : pendingReports[0]!;
  const isAccepted = await world.adapters[utility].acceptReport(pendingReport, fault);
  if (isAccepted && fault !== 'acknowledgement-lost') world.forget(utility, pendingReport);
}
