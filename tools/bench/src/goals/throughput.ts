import { UTILITIES } from '@lianban/contracts';
import type { Bench } from '../bench.js';
import type { Mark, Receipt, Registered } from '../load/jobs.js';
import { MemoryWatch } from '../machine/memory-watch.js';
import type { Spent } from '../machine/window.js';

/** What tracking shows of a job that the provider has accepted. */
const TAKEN = ['accepted', 'in-progress', 'waiting', 'held', 'completed', 'partly-completed'];
export const acceptedBy = (utilities: readonly string[]): Mark => ({ utilities, states: TAKEN });
export const ACCEPTED = acceptedBy(UTILITIES);
export const COMPLETED: Mark = { utilities: UTILITIES, states: ['completed'] };

/** Acceptance in the provider's answer, and no word after that. */
export const ACCEPT_IN_REPLY = { outcome: 'accept', reports: 'in-reply' };

export const CLIENTS = 64;
const WINDOW_S = 10;
const WARM_UP = 500;

export interface Carried {
  count: number;
  /** Requests carried to the mark a second, from the first sent to the last that came. */
  perSecond: number;
  spent: Spent;
  receipts: Receipt[];
}

export interface CarriedWithMemory extends Carried {
  /** Most that each service held, in MB. */
  memory: Record<string, number>;
}

/** P2's load: 64 clients register, and every request is carried to *accepted by all five*. */
export async function runCarried(bench: Bench): Promise<CarriedWithMemory> {
  await bench.house.order(ACCEPT_IN_REPLY);
  const memory = new MemoryWatch(bench.house.services);
  const carried = await carry(bench, 'P2 carried to accepted', ACCEPTED);
  return { ...carried, memory: memory.stop() };
}

/** Registers by 64 clients, each the next when it has its receipt, and waits until all have come to the mark. */
export async function carry(bench: Bench, name: string, mark: Mark): Promise<Carried> {
  const { perSecond: guess } = await carryOnce(
    bench,
    `${name}, warming up`,
    mark,
    bench.scale.count(WARM_UP, 10),
  );
  return carryOnce(bench, name, mark, bench.scale.count(Math.max(WARM_UP, Math.round(guess * WINDOW_S)), 50));
}

/** The same with a number, and no warming up. */
export async function carryOnce(bench: Bench, name: string, mark: Mark, count: number): Promise<Carried> {
  const before = await bench.house.totals();
  const { value, spent } = await bench.measure(name, () =>
    bench.load<Registered>({
      job: 'register',
      pace: { clients: CLIENTS, requests: count },
      mark,
      lookEvery: 50,
      insists: true,
    }),
  );
  await checkCounts(bench, value, count, before.effects);
  return { count, perSecond: rateOf(value.due, value.reached), spent, receipts: value.receipts };
}

/** So many a second, from the first that was due to the last that came. */
export function rateOf(due: Float64Array, came: Float64Array): number {
  const first = due.reduce((least, at) => Math.min(least, at), Infinity);
  const last = came.reduce((most, at) => Math.max(most, at), -Infinity);
  return (came.length * 1_000) / (last - first);
}

/** How many of them have a time. */
export const cameIn = (times: Float64Array): number => times.filter((at) => !Number.isNaN(at)).length;

/** Nothing measured is worth anything where something was lost or done twice. */
async function checkCounts(bench: Bench, value: Registered, count: number, before: number): Promise<void> {
  const [answered, reached] = [cameIn(value.answered), cameIn(value.reached)];
  const { effects, doubledEffects } = await bench.house.totals();
  const said = `of ${count}: ${answered} receipts, ${reached} carried, ${effects - before} effects, ${doubledEffects} doubled`;
  const isRight = answered === count && reached === count && effects - before === count * UTILITIES.length;
  if (!isRight || doubledEffects > 0) throw new Error(`the house does not count right, ${said}`);
}
