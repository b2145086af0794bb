import { UTILITIES } from '@lianban/contracts';
import type { Bench } from '../bench.js';
import type { Mark, Receipt, Registered } from '../load/jobs.js';
import type { Spent } from '../machine/window.js';

/** What tracking shows of a job that the provider has accepted. */
export const ACCEPTED: Mark = {
  utilities: UTILITIES,
  states: ['accepted', 'in-progress', 'waiting', 'held', 'completed', 'partly-completed'],
};
export const COMPLETED: Mark = { utilities: UTILITIES, states: ['completed'] };

/** Acceptance in the provider's answer, and no word after that. */
export const ACCEPT_IN_REPLY = { outcome: 'accept', reports: 'in-reply' };

export const CLIENTS = 64;

export interface Carried {
  count: number;
  /** Requests carried to the mark a second, from the first sent to the last that came. */
  perSecond: number;
  spent: Spent;
  receipts: Receipt[];
}

/** P2's load: 64 clients register, and every request is carried to *accepted by all five*. */
export async function runCarried(bench: Bench): Promise<Carried> {
  await bench.house.order(ACCEPT_IN_REPLY);
  return carry(bench, 'P2 carried to accepted', ACCEPTED, bench.count(5_000, 60));
}

/** Registers so many by 64 clients, each the next when it has its receipt, and waits until all have come to the mark. */
export async function carry(bench: Bench, name: string, mark: Mark, count: number): Promise<Carried> {
  const register = (requests: number): Promise<Registered> =>
    bench.load<Registered>({
      job: 'register',
      pace: { clients: CLIENTS, requests },
      mark,
      lookEvery: 50,
      insists: true,
    });
  await register(Math.ceil(count / 10));
  const before = await bench.house.totals();
  const { value, spent } = await bench.measure(name, () => register(count));
  await checkCounts(bench, value, count, before.effects);
  const lasted = Math.max(...value.reached) - Math.min(...value.due);
  return { count, perSecond: (count * 1_000) / lasted, spent, receipts: value.receipts };
}

/** Nothing measured is worth anything where something was lost or done twice. */
async function checkCounts(bench: Bench, value: Registered, count: number, before: number): Promise<void> {
  const reached = value.reached.filter((at) => !Number.isNaN(at)).length;
  const { effects, doubledEffects } = await bench.house.totals();
  const said = `${count} registered, ${value.receipts.length} receipts, ${reached} carried, ${effects - before} effects, ${doubledEffects} doubled`;
  if (value.receipts.length !== count || reached !== count || effects - before !== count * UTILITIES.length)
    throw new Error(`the house does not count right: ${said}`);
  if (doubledEffects > 0) throw new Error(`something was done twice: ${said}`);
}
