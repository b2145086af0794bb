import { setTimeout as pause } from 'node:timers/promises';
import { check, hasViolations, type Counts, type Verdict } from '../checker/check.js';
import type { Effect, Text } from '../checker/facts.js';
import { documentedCodes, findingsIn, lookUpProviders, parkedIn } from '../checker/gather.js';
import type { Row } from '../goals/goal.js';
import { Random } from '../random.js';
import { Caller, type TokenSource } from './caller.js';
import { RegistrationLoad } from './registration-load.js';
import { RequestLog } from './request-log.js';
import { StatusWatcher } from './status-watcher.js';

const CLIENTS = 32;
/** Requests queried in one round: few while the system works, many afterwards. */
const WATCHED = { during: 3, after: 20 };
const WARM_UP_MS = 3_000;
/** What has not ended so long after the disturbance never will, ms. */
const PATIENCE_MS = 300_000;
const QUIET_MS = 3_000;

/** A running system under load, and what its simulated providers and gateway of texts have done. */
export interface Target extends TokenSource {
  readonly url: string;
  /** How much had been done up to now. */
  marks(): Promise<Marks>;
  effectsSince(marks: Marks): Promise<Effect[]>;
  textsSince(marks: Marks): Promise<Text[]>;
}

export interface Marks {
  lines: number;
}

export interface Outcome {
  verdict: Verdict;
  counts: Counts;
  calls: number;
  /** Registrations that were told to come again because too much waits; those who were came again. */
  toldTooBusy: number;
  /** Other calls that nobody answered, or with 5xx. */
  failed: number;
  /** The same by their problem code, `too-busy 3, …`. */
  failures: string;
  /** How long after the disturbance everything had ended, seconds. */
  endedAfter: number;
  /** When each registration was sent that was accepted, ms. */
  registeredAt: number[];
}

/** Registers at a rate while something is done to it, waits until all has ended, and lets the checker judge. */
export async function underLoad(
  target: Target,
  perSecond: number,
  disturb: () => Promise<void>,
): Promise<Outcome> {
  const before = await target.marks();
  const caller = new Caller(target.url, target);
  const requestLog = new RequestLog();
  const runId = `load-${Date.now()}`;
  const load = new RegistrationLoad(caller, requestLog, new Random(runId), runId);
  const watch = async (requests: number, until: () => Promise<void>): Promise<void> => {
    const watcher = new StatusWatcher(caller, requestLog, requests);
    const watching = watcher.run();
    await until();
    watcher.end();
    await watching;
  };
  let disturbedUntil = 0;
  const loading = load.run({ count: Infinity, perSecond, clients: CLIENTS, repeated: 0 });
  await watch(WATCHED.during, async () => {
    await pause(WARM_UP_MS);
    await disturb();
    disturbedUntil = Date.now();
    await pause(WARM_UP_MS);
    load.end();
    await loading;
  });
  const toldTooBusy = caller.answers.filter(({ code }) => code === 'too-busy').length;
  const unserved = caller.answers.filter(
    ({ status, code }) => (status === 0 || status >= 500) && code !== 'too-busy',
  );
  const failed = unserved.length;
  const failures = [...Map.groupBy(unserved, ({ status, code }) => code ?? status)]
    .map(([code, { length }]) => `${code} ${length}`)
    .join(', ');
  const calls = caller.answers.length;
  await watch(WATCHED.after, async () => {
    for (const end = Date.now() + PATIENCE_MS; requestLog.open.length > 0 && Date.now() < end;)
      await pause(500);
  });
  const endedAfter = (Date.now() - disturbedUntil) / 1_000;
  await new StatusWatcher(caller, requestLog, WATCHED.after).observeAll();
  const { verdict, counts } = check({
    registrations: requestLog.registrations,
    observations: requestLog.observations,
    ...(await whatWasDone(target, before)),
    parked: await parkedIn(caller),
    findings: await findingsIn(caller),
    answers: caller.answers,
    lookUpProviders: lookUpProviders(),
    hadFreeze: false,
    documented: documentedCodes(),
  });
  const registeredAt = requestLog.requests.map(({ at }) => at);
  return { verdict, counts, calls, toldTooBusy, failed, failures, endedAfter, registeredAt };
}

/** Reports and texts that are on their way arrive first. */
async function whatWasDone(target: Target, before: Marks) {
  for (let last = ''; ; await pause(QUIET_MS)) {
    const effects = await target.effectsSince(before);
    const texts = await target.textsSince(before);
    const size = `${effects.length} ${texts.length}`;
    if (size === last) return { effects, texts };
    last = size;
  }
}

/** One line of what came of it; calls may fail where the disturbance is one that nobody can hide. */
export function judged(goal: string, what: string, outcome: Outcome, mayFail: boolean): Row {
  const { verdict, counts, calls, toldTooBusy, failed, failures } = outcome;
  const kept = { ...verdict, undocumented: [] };
  return {
    goal,
    figure:
      `${what}: ${counts.requests} requests, ${counts.ended} ended, ${calls} calls, ${failed} failed${failures && ` (${failures})`}, ${toldTooBusy} told too busy; ` +
      `lost ${verdict.lost.length}, ` +
      `doubled ${verdict.doubled.length}, backward ${verdict.backward.length}, notices doubled ${verdict.noticesDoubled.length}, ` +
      `lost ${verdict.noticesLost.length}`,
    bar: mayFail ? 'all zeros but calls' : 'all zeros',
    holds: !hasViolations(kept) && (mayFail || failed + toldTooBusy === 0),
  };
}
