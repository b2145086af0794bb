import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { check, isGuilty, type Counts, type Verdict } from '../checker/check.js';
import type { Facts } from '../checker/facts.js';
import {
  documentedCodes,
  effectsIn,
  findingsIn,
  lookUpProviders,
  parkedIn,
  textsOf,
} from '../checker/gather.js';
import type { FaultKind } from '../faults/fault.js';
import type { StrikingKind } from '../faults/faults.js';
import { Injector, type Struck } from '../faults/injector.js';
import { scheduleOf, type Blow } from '../faults/schedule.js';
import type { ChaosHouse } from '../house/chaos-house.js';
import type { Extra } from '../house/processes.js';
import { Book } from '../load/book.js';
import { Caller } from '../load/caller.js';
import { Misbehaving } from '../load/misbehave.js';
import { Operating } from '../load/operate.js';
import { Registering } from '../load/register.js';
import { Watch } from '../load/watch.js';
import { Random } from '../random.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

export interface RunOptions {
  seed: number;
  requests: number;
  faults: readonly FaultKind[];
  perSecond: number;
  brokers?: string;
  keep?: boolean;
  /** What every service is started with. */
  extra?: Extra;
  /** In place of those that the seed chooses. */
  blows?: Blow[];
  /** What the results are called. */
  name?: string;
}

export interface Survival {
  verdict: Verdict;
  counts: Counts;
  struck: Struck[];
  guilty: boolean;
  seconds: number;
  folder: string;
}

const CLIENTS = 16;
const LOOKS_AT_ONCE = 20;
/** From the last request and the last blow healed. */
const PATIENCE = 150_000;
const STILL = 3_000;
const TELL_EVERY = 10_000;

/** R1: hurts a house under load from a seed, heals it, and lets the checker judge what people were told. */
export async function survive(bench: Bench, options: RunOptions): Promise<Survival> {
  const { seed, requests, faults, brokers, extra, name = `seed-${seed}` } = options;
  const results = new Results(name);
  const house = await bench.open({
    logFolder: results.logs,
    instancesEach: faults.includes('instances') ? 2 : 1,
    stageMs: 300,
    smallDisks: faults.includes('disk'),
    brokers,
    extra,
  });
  const startedAt = Date.now();
  try {
    const kinds = faults.filter((kind): kind is StrikingKind => kind !== 'instances');
    const scope = { instances: house.instances.map(({ name }) => name), links: [...house.proxies.keys()] };
    const blows = options.blows ?? scheduleOf(seed, requests, kinds, scope);
    results.write('schedule.json', blows);
    const { facts, struck } = await new Trial(house, bench, options).run(blows);
    const { verdict, counts } = check(facts);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    const survival = { verdict, counts, struck, guilty: isGuilty(verdict), seconds, folder: results.folder };
    results.write('summary.json', { seed, requests, faults, ...survival, endings: house.processes.endings });
    if (survival.guilty || options.keep) results.write('facts.json', facts);
    else results.dropLogs();
    return survival;
  } finally {
    await house.stop();
  }
}

/** One run: clients, watchers and blows on one house, and the facts that are left. */
class Trial {
  private readonly caller: Caller;
  private readonly book = new Book();

  constructor(
    private readonly house: ChaosHouse,
    private readonly bench: Bench,
    private readonly options: RunOptions,
  ) {
    this.caller = new Caller(house.url, house.issuer);
  }

  async run(blows: readonly Blow[]): Promise<{ facts: Facts; struck: Struck[] }> {
    const { seed, requests: count, perSecond } = this.options;
    const random = (part: string): Random => new Random(`${seed} ${part}`);
    const runId = `${seed}-${randomBytes(4).toString('hex')}`;
    const registering = new Registering(this.caller, this.book, random('registrations'), runId);
    const operating = new Operating(this.caller, random('operations'));
    const misbehaving = new Misbehaving(this.house.simulatorUrl, random('providers'));
    const watch = new Watch(this.caller, this.book, LOOKS_AT_ONCE, operating.onLook);
    const injector = new Injector(this.house, this.bench.say);

    const watching = watch.run();
    const misbehaved = misbehaving.run();
    await Promise.all([
      registering.run({ count, perSecond, clients: CLIENTS }),
      injector.run(blows, () => registering.begun),
    ]);
    this.bench.say(`${this.book.requests.length} registered, every blow healed`);
    misbehaving.end();
    await misbehaved;
    await this.untilEnded();
    await operating.settled();
    watch.end();
    await watching;
    await watch.lookAtAll();
    await this.untilStill();
    return { facts: await this.gather(blows), struck: injector.struck };
  }

  private async untilEnded(): Promise<void> {
    let told = Date.now();
    for (const end = told + PATIENCE; Date.now() < end && this.book.open.length > 0; await pause(200)) {
      if (Date.now() < told + TELL_EVERY) continue;
      told = Date.now();
      this.bench.say(`${this.book.open.length} not ended yet`);
    }
  }

  /** Reports and notices that are on their way arrive. */
  private async untilStill(): Promise<void> {
    const size = async (): Promise<string> => {
      const [effects, texts] = await Promise.all([
        effectsIn(this.house.simulatorFolder),
        textsOf(this.house.simulatorUrl),
      ]);
      return `${effects.length} ${texts.length}`;
    };
    for (let before = ''; ;) {
      const now = await size();
      if (now === before) return;
      before = now;
      await pause(STILL);
    }
  }

  private async gather(blows: readonly Blow[]): Promise<Facts> {
    return {
      registrations: this.book.registrations,
      looks: this.book.looks,
      effects: await effectsIn(this.house.simulatorFolder),
      texts: await textsOf(this.house.simulatorUrl),
      parked: await parkedIn(this.caller),
      findings: await findingsIn(this.caller),
      answers: this.caller.answers,
      lookUpProviders: lookUpProviders(),
      hadFreeze: blows.some(({ kind }) => kind === 'stop'),
      documented: documentedCodes(),
    };
  }
}

/** The verdict in lines for people: what was not kept, ten sentences of each at most. */
export function sentencesOf(verdict: Verdict): string[] {
  return Object.entries(verdict).flatMap(([promise, sentences]: [string, string[]]) =>
    sentences.length === 0
      ? []
      : [`${promise}: ${sentences.length}`, ...sentences.slice(0, 10).map((sentence) => `    ${sentence}`)],
  );
}

export function rowOf(seed: number, { verdict, counts, guilty, seconds, struck }: Survival): Row {
  const { requests, ended, parked, effects } = counts;
  const tried = struck.filter(({ notTried }) => !notTried).length;
  return {
    goal: `R1 seed ${seed}`,
    figure:
      `${requests} requests, ${tried} blows, ${ended} ended, ${parked} parked, ${effects} effects; lost ${verdict.lost.length}, ` +
      `doubled ${verdict.doubled.length} (+${verdict.detected.length} detected), backward ${verdict.backward.length}, ` +
      `notices doubled ${verdict.noticesDoubled.length}, in ${seconds} s`,
    bar: 'all 0',
    holds: !guilty,
  };
}
