import { setTimeout as pause } from 'node:timers/promises';
import { SERVICES, TOPICS } from '@lianban/contracts';
import { pagesOfParked } from '../checker/gather.js';
import type { ChaosStack } from '../stack/chaos-stack.js';
import { RequestLog } from '../load/request-log.js';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { mutant, type Mutation } from '../mutants/mutate.js';
import { RawKafka, type RawRecord } from '../mutants/raw-kafka.js';
import { Random } from '../random.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

const GOOD_REQUESTS = 60;
const SAMPLES = 50;
const BATCH_SIZE = 240;
const QUIET_MS = 5_000;
/** A good request that takes longer stands still. */
const TIMEOUT_MS = 60_000;

/** Where a mutant lies, and what was done to it. */
type SentMutants = Map<string, Mutation>;

/** R4: broken records on every topic. No process may end, no good request may stand still, each must lie aside. */
export async function mutate(bench: Bench, seed: number, count: number): Promise<Row[]> {
  const results = new Results('mutants');
  const stack = await bench.open({ logFolder: results.logs, instancesEach: 1, stageMs: 0 });
  try {
    const mutationRun = new MutationRun(stack, bench, seed);
    await mutationRun.good(GOOD_REQUESTS, 'first');
    const pids = JSON.stringify(stack.processes.pids());
    const sent: SentMutants = new Map();
    const [, during] = await Promise.all([
      mutationRun.send(count, sent),
      mutationRun.goodUntil(() => sent.size >= count, 'while'),
    ]);
    bench.print(`${sent.size} mutants written`);
    const tally = await mutationRun.tally(sent);
    const after = await mutationRun.good(5, 'after');
    const crashes = stack.processes.endings.length;
    const isSame = pids === JSON.stringify(stack.processes.pids());
    results.write('summary.json', { seed, count, tally, during, after, endings: stack.processes.endings });
    return rowsOf(tally, { crashes, isSame, slowest: Math.max(...during, ...after) });
  } finally {
    await stack.stop();
  }
}

class MutationRun {
  private readonly caller: Caller;
  private readonly random: Random;

  constructor(
    private readonly stack: ChaosStack,
    private readonly bench: Bench,
    seed: number,
  ) {
    this.caller = new Caller(stack.url, stack.issuer);
    this.random = new Random(`${seed} mutants`);
  }

  /** Registers good requests and answers how long the whole of them took to end, ms; throws when one never does. */
  async good(count: number, name: string): Promise<number[]> {
    const requestLog = new RequestLog();
    const watcher = new StatusWatcher(this.caller, requestLog, count);
    const registrations = new RegistrationLoad(this.caller, requestLog, this.random, `${name}-${Date.now()}`);
    const from = Date.now();
    const watching = watcher.run();
    await registrations.run({ count, perSecond: 20, clients: 8 });
    while (requestLog.open.length > 0 && Date.now() - from < TIMEOUT_MS) await pause(50);
    watcher.end();
    await watching;
    return requestLog.requests.map(({ at, last }) => (last?.phase === 'ended' ? last.at - at : Infinity));
  }

  async goodUntil(isOver: () => boolean, name: string): Promise<number[]> {
    const times: number[] = [];
    for (let turn = 0; !isOver(); turn++) times.push(...(await this.good(1, `${name}-${turn}`)));
    return times;
  }

  /** Writes so many mutants of real records, over all topics in turn. */
  async send(count: number, sent: SentMutants): Promise<void> {
    const names = TOPICS.map(({ name }) => this.stack.prefix + name);
    const kafka = new RawKafka(this.stack.brokers);
    const seeds = await kafka.sample(names, SAMPLES, `${this.stack.prefix}mutants`);
    const writer = await kafka.writer();
    for (let turn = 0; sent.size < count; turn++) {
      const topic = names[turn % names.length]!;
      const made = Array.from({ length: Math.min(BATCH_SIZE, count - sent.size) }, () =>
        this.mutantOf(seeds.get(topic)!),
      );
      const places = await writer.write(
        topic,
        made.map(({ record }) => record),
      );
      places.forEach((place, index) => sent.set(place, made[index]!.mutation));
      if (turn % 50 === 49) this.bench.print(`${sent.size} mutants written`);
    }
    await writer.close();
  }

  private mutantOf(records: readonly RawRecord[]) {
    return mutant(this.random.pick(records), this.random);
  }

  /** Once nothing more is laid aside: what became of each mutant with each of its readers. */
  async tally(sent: SentMutants): Promise<Tally> {
    for (let before = -1; ;) {
      const parked = await this.parked();
      const total = [...parked.values()].reduce((sum, { size }) => sum + size, 0);
      this.bench.print(`${total} lie aside`);
      if (total === before) return this.compare(sent, parked);
      before = total;
      await pause(QUIET_MS);
    }
  }

  private compare(sent: SentMutants, parked: Map<string, Set<string>>): Tally {
    const tally: Tally = {};
    for (const [place, { name, must }] of sent) {
      const topic = place.slice(this.stack.prefix.length).split('/')[0]!;
      const { readers } = TOPICS.find((each) => each.name === topic)!;
      const line = (tally[name] ??= { must, sent: 0, due: 0, parked: 0 });
      line.sent += 1;
      line.due += readers.length;
      line.parked += readers.filter((reader) => parked.get(reader)!.has(place)).length;
    }
    return tally;
  }

  private async parked(): Promise<Map<string, Set<string>>> {
    const origins = async (service: string): Promise<[string, Set<string>]> => {
      const found = new Set<string>();
      for await (const page of pagesOfParked(this.caller, service))
        for (const { sourcePosition } of page) found.add(sourcePosition);
      return [service, found];
    };
    return new Map(await Promise.all(SERVICES.map(origins)));
  }
}

/** By kind of mutation: how many were written, how many readers had them, with how many they lie aside. */
type Tally = Record<string, { must: boolean; sent: number; due: number; parked: number }>;

function rowsOf(
  tally: Tally,
  { crashes, isSame, slowest }: { crashes: number; isSame: boolean; slowest: number },
): Row[] {
  const lines = Object.values(tally);
  const sum = (of: (line: Tally[string]) => number): number =>
    lines.reduce((total, line) => total + of(line), 0);
  const missing = sum(({ must, due, parked }) => (must ? due - parked : 0));
  const maybe = sum(({ must, due, parked }) => (must ? 0 : due - parked));
  return [
    {
      goal: 'R4',
      figure:
        `${sum(({ sent }) => sent)} mutants, ${sum(({ due }) => due)} readings: ${sum(({ parked }) => parked)} parked, ` +
        `${missing} missing, ${maybe} of those that may be good were taken for good or for nobody's; ` +
        `${crashes} crashes, slowest good request ${(slowest / 1_000).toFixed(1)} s`,
      bar: '0 missing, 0 crashes, 0 stalls',
      holds: missing === 0 && crashes === 0 && isSame && Number.isFinite(slowest),
    },
  ];
}
