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
const WINDOW_SECONDS = 10;
const WARM_UP = 500;

export interface Throughput {
  count: number;
  /** Requests carried to the mark a second, from the first sent to the last that came. */
  perSecond: number;
  spent: Spent;
  receipts: Receipt[];
}

export interface ThroughputWithMemory extends Throughput {
  /** Most that each service held, in MB. */
  memory: Record<string, number>;
}

/** P2's load: 64 clients register, and every request is carried to *accepted by all five*. */
export async function measureThroughput(bench: Bench): Promise<ThroughputWithMemory> {
  await bench.stack.setFaults(ACCEPT_IN_REPLY);
  const memory = new MemoryWatch(bench.stack.services);
  const throughput = await measureWith(bench, 'P2 carried to accepted', ACCEPTED);
  return { ...throughput, memory: memory.stop() };
}

/** Registers by 64 clients, each the next when it has its receipt, and waits until all have come to the mark. */
export async function measureWith(bench: Bench, name: string, mark: Mark): Promise<Throughput> {
  const { perSecond: guess } = await measureOnce(
    bench,
    `${name}, warming up`,
    mark,
    bench.workload.count(WARM_UP, 5),
  );
  return measureOnce(
    bench,
    name,
    mark,
    bench.workload.count(Math.max(WARM_UP, Math.round(guess * WINDOW_SECONDS))),
  );
}

/** The same with a number, and no warming up. */
export async function measureOnce(
  bench: Bench,
  name: string,
  mark: Mark,
  count: number,
): Promise<Throughput> {
  const before = await bench.stack.totals();
  const { value, spent } = await bench.measure(name, () =>
    bench.load<Registered>({
      job: 'register',
      pace: { clients: CLIENTS, requests: count },
      mark,
      checkEveryMs: 50,
      retries: true,
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
export const arrived = (times: Float64Array): number => times.filter((at) => !Number.isNaN(at)).length;

/** Nothing measured is worth anything where something was lost or done twice. */
async function checkCounts(bench: Bench, value: Registered, count: number, before: number): Promise<void> {
  const [answered, reached] = [arrived(value.answered), arrived(value.reached)];
  const { effects, doubledEffects } = await bench.stack.totals();
  const summary = `of ${count}: ${answered} receipts, ${reached} carried, ${effects - before} effects, ${doubledEffects} doubled`;
  const isRight = answered === count && reached === count && effects - before === count * UTILITIES.length;
  if (!isRight || doubledEffects > 0) throw new Error(`the counts are wrong, ${summary}`);
}
