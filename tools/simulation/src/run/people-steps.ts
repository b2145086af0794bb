import { isTerminal, type Utility } from '@lianban/contracts';
import { Random } from '../random.js';
import type { Fault, Step } from '../steps.js';
import type { World } from '../world.js';

type Action = (world: World, requestId: string, random: Random, step: Step, fault?: Fault) => Promise<void>;

const PHONES = ['13800138000', '13800138001', '13800138002'];

/** The clerk sends the form, and again where she got no answer; a repeated key must give what it gave. */
export async function register(world: World, number: number, fault?: Fault): Promise<void> {
  const desk = world.desks[number]!;
  world.invariants.receiptGiven(desk, await world.intake.register(desk, number, fault));
}

export const amend: Action = async (world, requestId, random, _, fault) => {
  const utility = random.pick(world.intake.requestOf(requestId).parts).utility;
  const fields = utility === 'telecom' ? { bandwidth: random.pick([300, 500]) } : {};
  await world.intake.amend(requestId, random.pick(PHONES), utility, fields, fault);
};

export const withdraw: Action = async (world, requestId, random, _, fault) => {
  const { parts } = world.intake.requestOf(requestId);
  const some = random.percent(50) ? [random.pick(parts).utility] : undefined;
  await world.intake.withdraw(requestId, some, fault);
};

/** The applicant answers what he was asked for; now and then what he answered before. */
export const answer: Action = async (world, requestId, random, { of }, fault) => {
  const desk = world.desks[of[0]!]!;
  const open = world.intake.jobStatesOf(requestId).jobs.flatMap(({ correction }) => correction?.id ?? []);
  const id = desk.answered && random.percent(30) ? desk.answered : random.pick([...open, desk.answered!]);
  if (!id) return;
  desk.answered = id;
  await world.intake.answer(requestId, id, random.percent(50) ? 1 : 9, fault);
};

/** The operator gives a job to another provider of its utility. */
export const reroute: Action = async (world, requestId, random, _, fault) => {
  const jobs = (await world.routing.requestOf(requestId))?.jobs ?? [];
  const open = jobs.filter(({ state }) => !isTerminal(state));
  if (open.length === 0) return;
  const { utility, provider } = random.pick(open);
  const others = world.catalogue.providers(utility).filter(({ id }) => id !== provider);
  await world.routing.reroute(requestId, utility, random.pick(others).id, fault);
};

const onParked =
  (act: 'retry' | 'giveUp'): Action =>
  async (world, requestId, random, { at }, fault) => {
    const adapter = world.adapters[at as Utility];
    const parked = parkedOf(world, requestId, at as Utility);
    if (parked.length > 0) await adapter[act](requestId, random.pick(parked), fault);
  };

export const retry = onParked('retry');
export const giveUp = onParked('giveUp');

/** Ids of the operations that wait for a person. */
export const parkedOf = (world: World, requestId: string, utility: Utility): string[] =>
  (world.adapters[utility].openOperations.get(requestId) ?? []).flatMap(({ id, status }) =>
    status === 'parked' ? [id] : [],
  );
