import { check, isGuilty, type Counts, type Verdict } from '../checker/check.js';
import { journalIn } from '../checker/gather.js';
import type { FaultKind } from '../faults/fault.js';
import type { StrikingKind } from '../faults/faults.js';
import type { Struck } from '../faults/injector.js';
import { scheduleOf, type Blow } from '../faults/schedule.js';
import type { ChaosHouse } from '../house/chaos-house.js';
import type { Extra } from '../house/processes.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';
import { Trial, type TrialOptions } from './trial.js';

export interface RunOptions extends TrialOptions {
  faults: readonly FaultKind[];
  brokers?: string;
  /** Keep logs, facts and the providers' journal of a run that held, too. */
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

/** Megabytes of a disk that can be filled: at least, and for each request. */
const DISK = { least: 3_072, each: 0.3 };

/** R1: hurts a house under load from a seed, heals it, and lets the checker judge what people were told. */
export async function survive(bench: Bench, options: RunOptions): Promise<Survival> {
  const { seed, requests, faults, brokers, extra, name = `seed-${seed}` } = options;
  const results = new Results(name);
  const house = await bench.open({
    logFolder: results.logs,
    instancesEach: faults.includes('instances') ? 2 : 1,
    stageMs: 300,
    ...(faults.includes('disk') && { diskMegabytes: Math.max(DISK.least, Math.ceil(requests * DISK.each)) }),
    ...(faults.includes('network') && { proxied: 'all' }),
    brokers,
    extra,
  });
  const startedAt = Date.now();
  try {
    const blows = options.blows ?? blowsOn(house, options);
    results.write('schedule.json', blows);
    const { facts, struck } = await new Trial(house, bench, options).run(blows);
    const { verdict, counts } = check(facts);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    const survival = { verdict, counts, struck, guilty: isGuilty(verdict), seconds, folder: results.folder };
    results.write('summary.json', { ...options, ...survival, endings: house.processes.endings });
    if (survival.guilty || options.keep) {
      results.write('facts.json', facts);
      results.keep('providers.jsonl', journalIn(house.simulatorFolder));
    } else results.dropLogs();
    return survival;
  } finally {
    await house.stop();
  }
}

function blowsOn({ instances, proxies }: ChaosHouse, { seed, requests, faults }: RunOptions): Blow[] {
  const kinds = faults.filter((kind): kind is StrikingKind => kind !== 'instances');
  const scope = { instances: instances.map(({ name }) => name), links: [...proxies.keys()] };
  return scheduleOf(seed, requests, kinds, scope);
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
