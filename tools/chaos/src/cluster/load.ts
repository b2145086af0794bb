import { setTimeout as pause } from 'node:timers/promises';
import { check, type Counts, type Verdict } from '../checker/check.js';
import { documentedCodes, findingsIn, lookUpProviders, parkedIn } from '../checker/gather.js';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { RequestLog } from '../load/request-log.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { Random } from '../random.js';
import type { Cluster } from './cluster.js';

const CLIENTS = 32;
const WATCHED = 10;
const WARM_UP_MS = 3_000;
/** What has not ended so long after the disturbance never will, ms. */
const PATIENCE_MS = 300_000;
const QUIET_MS = 3_000;

export interface Outcome {
  verdict: Verdict;
  counts: Counts;
  calls: number;
  /** Calls that nobody answered, or with 5xx. */
  failed: number;
}

/** Registers at a rate while something is done to the cluster, waits until all has ended, and lets the checker judge. */
export async function underLoad(
  cluster: Cluster,
  perSecond: number,
  disturb: () => Promise<void>,
): Promise<Outcome> {
  const before = await cluster.marks();
  const caller = new Caller(cluster.url, cluster);
  const requestLog = new RequestLog();
  const runId = `cluster-${Date.now()}`;
  const load = new RegistrationLoad(caller, requestLog, new Random(runId), runId);
  const watcher = new StatusWatcher(caller, requestLog, WATCHED);
  const watching = watcher.run();
  const loading = load.run({ count: Infinity, perSecond, clients: CLIENTS, repeated: 0 });
  await pause(WARM_UP_MS);
  await disturb();
  await pause(WARM_UP_MS);
  load.end();
  await loading;
  const failed = caller.answers.filter(({ status }) => status === 0 || status >= 500).length;
  const calls = caller.answers.length;
  for (const end = Date.now() + PATIENCE_MS; requestLog.open.length > 0 && Date.now() < end;)
    await pause(500);
  watcher.end();
  await watching;
  await watcher.observeAll();
  const { verdict, counts } = check({
    registrations: requestLog.registrations,
    observations: requestLog.observations,
    ...(await whatWasDone(cluster, before)),
    parked: await parkedIn(caller),
    findings: await findingsIn(caller),
    answers: caller.answers,
    lookUpProviders: lookUpProviders(),
    hadFreeze: false,
    documented: documentedCodes(),
  });
  return { verdict, counts, calls, failed };
}

/** Reports and texts that are on their way arrive first. */
async function whatWasDone(cluster: Cluster, before: { lines: number; texts: number }) {
  for (let last = ''; ; await pause(QUIET_MS)) {
    const effects = await cluster.effectsSince(before);
    const texts = await cluster.textsSince(before);
    const size = `${effects.length} ${texts.length}`;
    if (size === last) return { effects, texts };
    last = size;
  }
}
