import { isTerminal, type Utility } from '@lianban/contracts';
import { Problem } from '@lianban/service-kit';
import { Killed } from '../system/store.js';
import { InvariantBroken } from '../invariants/assert-invariant.js';
import type { Order, Provider } from '../providers/provider.js';
import { numberOf, Random } from '../random.js';
import type { StepKind, Step } from '../steps.js';
import type { World } from '../world.js';
import { arrive, leaseDue, crash, deliver, recordOutcome, report, timeOut } from './machine-steps.js';
import { amend, answer, giveUp, register, reroute, retry, withdraw } from './people-steps.js';

type OnRequest = (
  world: World,
  requestId: string,
  random: Random,
  step: Step,
  fault: Step['fault'],
) => void | Promise<void>;

const TICK_MS = 3;

/** Plays one step of a run. What is refused by name, and whoever is killed in it, leaves the world as it is. @throws Broken */
export async function perform(world: World, step: Step): Promise<void> {
  world.pass(TICK_MS);
  try {
    await act(world, step);
  } catch (error) {
    if (error instanceof InvariantBroken) throw error;
    if (!(error instanceof Killed || error instanceof Problem))
      throw new InvariantBroken('no-fault', (error as Error).stack ?? String(error));
  }
}

function act(world: World, step: Step): void | Promise<void> {
  const { does, of, at, ms = 0, fault } = step;
  if (does === 'wait') return world.pass(ms);
  if (does === 'crash') return crash(world, at as Utility);
  if (does === 'go-away' || does === 'come-back') return turn(world.providers.get(at!)!, does === 'go-away');
  if (does === 'deliver') return deliver(world, step, (number) => randomOf(step, number));
  if (does === 'register') return register(world, of[0]!, fault);
  const requestId = world.requestIdOf(of[0]!);
  if (requestId) return ON_REQUEST[does](world, requestId, randomOf(step, of[0]!), step, fault);
}

const randomOf = ({ roll }: Step, number: number): Random => new Random(numberOf(roll, number));

function turn(provider: Provider, isDown: boolean): void {
  provider.isDown = isDown;
}

const onOrder =
  (act: 'work' | 'finish'): OnRequest =>
  (world, requestId, random, { at }) => {
    const orders = ordersOf(world, requestId, at as Utility).filter(
      ({ order }) => act === 'work' || isOpenOrder(order),
    );
    if (orders.length === 0) return;
    const { provider, order } = random.pick(orders);
    provider[act](order, random);
  };

/** May it come to an end by itself? One that waits for the applicant may wait for ever. */
export const isOpenOrder = ({ state, isAsked, name }: Order): boolean =>
  !isTerminal(state) && (isAsked || state !== 'waiting' || numberOf(name) % 2 === 0);

/** What the providers of a utility have of a request. */
export const ordersOf = (
  world: World,
  requestId: string,
  utility: Utility,
): { provider: Provider; order: Order }[] =>
  world.catalogue.providers(utility).flatMap(({ id }) => {
    const provider = world.providers.get(id)!;
    return provider.ordersOf(requestId).map((order) => ({ provider, order }));
  });

const relay: OnRequest = (world, requestId, random, { at, fault }) => {
  const { store } = world.services[at!]!;
  if (store.outbox.get(requestId)?.length) world.transport.relay(store, requestId, random, fault);
};

const ON_REQUEST: Record<
  Exclude<StepKind, 'wait' | 'crash' | 'go-away' | 'come-back' | 'deliver' | 'register'>,
  OnRequest
> = {
  amend,
  withdraw,
  answer,
  reroute,
  retry,
  'give-up': giveUp,
  relay,
  'check-deadlines': (world, requestId, _random, _step, fault) =>
    world.routing.checkDeadlines(requestId, fault),
  close: (world, requestId, _random, _step, fault) => world.intake.closeOverdue(requestId, fault),
  lease: leaseDue,
  expire: (world, requestId, _random, { at }, fault) =>
    world.adapters[at as Utility].expire(requestId, fault),
  'time-out': timeOut,
  'record-outcome': recordOutcome,
  report,
  arrive,
  work: onOrder('work'),
  finish: onOrder('finish'),
};
