import type { Utility } from '@lianban/contracts';
import { isDue } from '../house/claims.js';
import { notSent, unknown, isHere, isLate, isPastLease, type Call } from '../house/calls.js';
import type { Random } from '../random.js';
import type { Step } from '../steps.js';
import type { World } from '../world.js';

/** A service takes the next records of these requests in one transaction, and says so afterwards. */
export function deliver(world: World, { of, at, fault }: Step, randomOf: (number: number) => Random): void {
  const group = at!;
  const { store, hear } = world.services[group]!;
  const records = of.flatMap((number) => {
    const requestId = world.requestIdOf(number);
    const isThere = requestId && world.transport.waiting(group, requestId).length > 0;
    return isThere ? world.transport.fetch(group, requestId, randomOf(number), fault) : [];
  });
  if (world.ways.acknowledges === 'before-commit') world.transport.acknowledge(group, records);
  store.run(fault, (work) => hear.call(world.services[group], records, work));
  if (fault !== 'acknowledgement-lost' && world.ways.acknowledges === 'after-commit')
    world.transport.acknowledge(group, records);
}

/** An adapter takes what is due and sends it; one that dies in between has perhaps sent it. */
export function claimDue(world: World, requestId: string, random: Random, { at, fault }: Step): void {
  const adapter = world.adapters[at as Utility];
  const due = dueOf(world, requestId, at as Utility);
  if (due.length === 0) return;
  const claimed = adapter.claim(requestId, random.pick(due), fault);
  const { outcomeUnknown, provider } = claimed.operation;
  const isQuestion = outcomeUnknown && world.ways.looksFirst(world.providers.get(provider)!.retrySafety);
  const sentAt = world.now.getTime();
  const arrivesAt = sentAt + (random.percent(25) ? 5_000 + random.below(11_000) : 0);
  const call: Call = { claimed, isQuestion, sentAt, arrivesAt, onItsWay: true, isAwaited: true };
  adapter.calls.set(requestId, [...callsOf(world, requestId, at as Utility), call]);
}

export const dueOf = (world: World, requestId: string, utility: Utility) => {
  const { hands, links } = world.adapters[utility];
  return (hands.get(requestId) ?? []).filter(
    (hand) => isDue(hand, world.now) && !links.isShut(hand.provider, world.now),
  );
};

export const callsOf = (world: World, requestId: string, utility: Utility): Call[] =>
  world.adapters[utility].calls.get(requestId) ?? [];

/** A message reaches its provider, or does not; one that is older than its lease only where something stood still. */
export function arrive(world: World, requestId: string, random: Random, { at, fault }: Step): void {
  const calls = callsOf(world, requestId, at as Utility).filter((call) => isHere(call, world.now));
  if (calls.length === 0) return;
  const call = random.pick(calls);
  const provider = world.providers.get(call.claimed.operation.provider)!;
  call.onItsWay = false;
  if (isPastLease(call, world.now)) {
    if (fault !== 'frozen') return come(call, unknown('lost on its way'), true);
    world.promises.effects.frozen.add(call.claimed.operation.id);
  }
  if (provider.isAway || fault === 'no-connection') return come(call, notSent('no connection'), true);
  const { body } = call.claimed.operation;
  const outcome = call.isQuestion ? provider.find(body.operation) : provider.take(body, random);
  if (fault === 'answer-lost') return come(call, unknown('no answer'), true);
  const isDoubtful = outcome.kind === 'absent' && !world.ways.believesAbsent(call.claimed.mayBeInFlight);
  come(call, isDoubtful ? { kind: 'unknown', error: 'may still arrive', countsAsTry: false } : outcome);
}

function come(call: Call, outcome: Call['outcome'], away = false): void {
  Object.assign(call, { outcome: call.outcome ?? outcome, away });
}

/** The process waits no longer; the message may still arrive. */
export function timeOut(world: World, requestId: string, random: Random, { at }: Step): void {
  const late = callsOf(world, requestId, at as Utility).filter((call) => isLate(call, world.now));
  if (late.length > 0) come(random.pick(late), unknown('timed out'), true);
}

/** What came of a call is noted; where the process dies first, or stood still beyond its lease, it may be lost. */
export function note(world: World, requestId: string, random: Random, { at, fault }: Step): void {
  const known = callsOf(world, requestId, at as Utility).filter(
    ({ isAwaited, outcome }) => isAwaited && outcome,
  );
  if (known.length === 0) return;
  const call = random.pick(known);
  call.isAwaited = false;
  if (isPastLease(call, world.now)) {
    if (fault !== 'frozen') return;
    world.promises.effects.frozen.add(call.claimed.operation.id);
  }
  judgeLink(world, at as Utility, call);
  try {
    world.adapters[at as Utility].note(requestId, call, fault);
  } finally {
    sweep(world, requestId, at as Utility);
  }
}

function judgeLink(world: World, utility: Utility, { claimed, outcome, away }: Call): void {
  const { links } = world.adapters[utility];
  const { provider } = claimed.operation;
  if (!away) links.isThere(provider);
  else if (links.isAway(provider, world.now) && outcome && 'countsAsTry' in outcome)
    outcome.countsAsTry = false;
}

function sweep(world: World, requestId: string, utility: Utility): void {
  const left = callsOf(world, requestId, utility).filter(({ onItsWay, isAwaited }) => onItsWay || isAwaited);
  world.adapters[utility].calls.set(requestId, left);
}

/** The process of an adapter dies: nobody waits for its calls any more. */
export function crash(world: World, utility: Utility): void {
  for (const [requestId, calls] of world.adapters[utility].calls) {
    for (const call of calls) call.isAwaited = false;
    sweep(world, requestId, utility);
  }
}

/** A report reaches its adapter; a provider that hears nothing says it again. */
export function report(world: World, requestId: string, random: Random, { at, fault }: Step): void {
  const utility = at as Utility;
  const letters = world.lettersOf(requestId, utility);
  if (letters.length === 0) return;
  const letter = fault === 'shuffled' ? random.pick(letters) : letters[0]!;
  const isTaken = world.adapters[utility].take(letter, fault);
  if (isTaken && fault !== 'acknowledgement-lost') world.forget(utility, letter);
}
