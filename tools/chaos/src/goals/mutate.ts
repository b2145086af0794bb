import { setTimeout as pause } from 'node:timers/promises';
import { SERVICES, TOPICS } from '@lianban/contracts';
import { pagesOfParked } from '../checker/gather.js';
import type { ChaosHouse } from '../house/chaos-house.js';
import { Book } from '../load/book.js';
import { Caller } from '../load/caller.js';
import { Registering } from '../load/register.js';
import { Watch } from '../load/watch.js';
import { mutant, type Mutation } from '../mutants/mutate.js';
import { RawKafka, type RawRecord } from '../mutants/raw-kafka.js';
import { Random } from '../random.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

const GOOD_ONES = 60;
const SAMPLES = 50;
const AT_ONCE = 240;
const STILL = 5_000;
/** A good request that takes longer stands still. */
const PATIENCE = 60_000;

/** Where a mutant lies, and what was done to it. */
type Sown = Map<string, Mutation>;

/** R4: broken records on every topic. No process may end, no good request may stand still, each must lie aside. */
export async function mutate(bench: Bench, seed: number, count: number): Promise<Row[]> {
  const results = new Results('mutants');
  const house = await bench.open({ logFolder: results.logs, instancesEach: 1, stageMs: 0 });
  try {
    const field = new Field(house, bench, seed);
    await field.good(GOOD_ONES, 'first');
    const pids = JSON.stringify(house.processes.pids());
    const sown: Sown = new Map();
    const [, during] = await Promise.all([
      field.sow(count, sown),
      field.goodUntil(() => sown.size >= count, 'while'),
    ]);
    bench.say(`${sown.size} mutants written`);
    const tally = await field.tally(sown);
    const after = await field.good(5, 'after');
    const crashes = house.processes.endings.length;
    const isSame = pids === JSON.stringify(house.processes.pids());
    results.write('summary.json', { seed, count, tally, during, after, endings: house.processes.endings });
    return rowsOf(tally, { crashes, isSame, slowest: Math.max(...during, ...after) });
  } finally {
    await house.stop();
  }
}

class Field {
  private readonly caller: Caller;
  private readonly random: Random;

  constructor(
    private readonly house: ChaosHouse,
    private readonly bench: Bench,
    seed: number,
  ) {
    this.caller = new Caller(house.url, house.issuer);
    this.random = new Random(`${seed} mutants`);
  }

  /** Registers good requests and answers how long the whole of them took to end, ms; throws when one never does. */
  async good(count: number, name: string): Promise<number[]> {
    const book = new Book();
    const watch = new Watch(this.caller, book, count);
    const registering = new Registering(this.caller, book, this.random, `${name}-${Date.now()}`);
    const from = Date.now();
    const watching = watch.run();
    await registering.run({ count, perSecond: 20, clients: 8 });
    while (book.open.length > 0 && Date.now() - from < PATIENCE) await pause(50);
    watch.end();
    await watching;
    return book.requests.map(({ at, last }) => (last?.phase === 'ended' ? last.at - at : Infinity));
  }

  async goodUntil(isOver: () => boolean, name: string): Promise<number[]> {
    const times: number[] = [];
    for (let turn = 0; !isOver(); turn++) times.push(...(await this.good(1, `${name}-${turn}`)));
    return times;
  }

  /** Writes so many mutants of real records, over all topics in turn. */
  async sow(count: number, sown: Sown): Promise<void> {
    const names = TOPICS.map(({ name }) => this.house.prefix + name);
    const kafka = new RawKafka(this.house.brokers);
    const seeds = await kafka.sample(names, SAMPLES, `${this.house.prefix}mutants`);
    const writer = await kafka.writer();
    for (let turn = 0; sown.size < count; turn++) {
      const topic = names[turn % names.length]!;
      const made = Array.from({ length: Math.min(AT_ONCE, count - sown.size) }, () =>
        this.mutantOf(seeds.get(topic)!),
      );
      const places = await writer.write(
        topic,
        made.map(({ record }) => record),
      );
      places.forEach((place, index) => sown.set(place, made[index]!.mutation));
      if (turn % 50 === 49) this.bench.say(`${sown.size} mutants written`);
    }
    await writer.close();
  }

  private mutantOf(records: readonly RawRecord[]) {
    return mutant(this.random.pick(records), this.random);
  }

  /** Once nothing more is laid aside: what became of each mutant with each of its readers. */
  async tally(sown: Sown): Promise<Tally> {
    for (let before = -1; ;) {
      const parked = await this.parked();
      const total = [...parked.values()].reduce((sum, { size }) => sum + size, 0);
      this.bench.say(`${total} lie aside`);
      if (total === before) return this.compare(sown, parked);
      before = total;
      await pause(STILL);
    }
  }

  private compare(sown: Sown, parked: Map<string, Set<string>>): Tally {
    const tally: Tally = {};
    for (const [place, { name, must }] of sown) {
      const topic = place.slice(this.house.prefix.length).split('/')[0]!;
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
