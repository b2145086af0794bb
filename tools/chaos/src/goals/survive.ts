import { check, hasViolations, type Counts, type Verdict } from '../checker/check.js';
import { journalIn } from '../checker/gather.js';
import type { FaultKind } from '../faults/fault.js';
import type { InjectableKind } from '../faults/faults.js';
import type { InjectedFault } from '../faults/injector.js';
import { scheduleOf, type ScheduledFault } from '../faults/schedule.js';
import type { ChaosStack } from '../stack/chaos-stack.js';
import type { Extra } from '../stack/processes.js';
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
  schedule?: ScheduledFault[];
  /** What the results are called. */
  name?: string;
}

export interface Survival {
  verdict: Verdict;
  counts: Counts;
  injected: InjectedFault[];
  hasViolations: boolean;
  seconds: number;
  folder: string;
}

/** Megabytes of a disk that can be filled: at least, and for each request. */
const DISK = { least: 3_072, each: 0.3 };

/** R1: injects faults into a stack under load from a seed, and lets the checker judge what people saw. */
export async function survive(bench: Bench, options: RunOptions): Promise<Survival> {
  const { seed, requests, faults, brokers, extra, name = `seed-${seed}` } = options;
  const results = new Results(name);
  const stack = await bench.open({
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
    const schedule = options.schedule ?? scheduleFor(stack, options);
    results.write('schedule.json', schedule);
    const { facts, injected } = await new Trial(stack, bench, options).run(schedule);
    const { verdict, counts } = check(facts);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    const survival = {
      verdict,
      counts,
      injected,
      hasViolations: hasViolations(verdict),
      seconds,
      folder: results.folder,
    };
    results.write('summary.json', { ...options, ...survival, endings: stack.processes.endings });
    if (survival.hasViolations || options.keep) {
      results.write('facts.json', facts);
      results.keep('providers.jsonl', journalIn(stack.simulatorFolder));
    } else results.dropLogs();
    return survival;
  } finally {
    await stack.stop();
  }
}

function scheduleFor(
  { instances, proxies }: ChaosStack,
  { seed, requests, faults }: RunOptions,
): ScheduledFault[] {
  const kinds = faults.filter((kind): kind is InjectableKind => kind !== 'instances');
  const scope = { instances: instances.map(({ name }) => name), links: [...proxies.keys()] };
  return scheduleOf(seed, requests, kinds, scope);
}

/** The verdict in lines for people: what was not kept, ten sentences of each at most. */
export function violationsOf(verdict: Verdict): string[] {
  return Object.entries(verdict).flatMap(([promise, violations]: [string, string[]]) =>
    violations.length === 0
      ? []
      : [
          `${promise}: ${violations.length}`,
          ...violations.slice(0, 10).map((violation) => `    ${violation}`),
        ],
  );
}

export function rowOf(seed: number, { verdict, counts, hasViolations, seconds, injected }: Survival): Row {
  const { requests, ended, parked, effects } = counts;
  const tried = injected.filter(({ notTried }) => !notTried).length;
  return {
    goal: `R1 seed ${seed}`,
    figure:
      `${requests} requests, ${tried} faults, ${ended} ended, ${parked} parked, ${effects} effects; lost ${verdict.lost.length}, ` +
      `doubled ${verdict.doubled.length} (+${verdict.detected.length} detected), backward ${verdict.backward.length}, ` +
      `notices doubled ${verdict.noticesDoubled.length}, in ${seconds} s`,
    bar: 'all 0',
    holds: !hasViolations,
  };
}
