import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { RequestLog } from '../load/request-log.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { judged } from '../load/under-load.js';
import { Random } from '../random.js';
import { CATALOGUE } from '../stack/paths.js';
import { row, type Check } from './check.js';
import type { Cluster } from './cluster.js';
import { whileLoaded } from './load-checks.js';

/** A worker's replicas up to as many as a topic has partitions, and down: rebalances under load. */
export const scales: Check = async (cluster, { perSecond, print }) => {
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (const replicas of [1, 12, 1, 2]) {
      await cluster.call(['scale', 'deployment/routing', `--replicas=${replicas}`]);
      await cluster.call(['rollout', 'status', 'deployment/routing', '--timeout=600s']);
      print(`routing has ${replicas}`);
      await pause(10_000);
    }
  });
  return judged('23 scaled', 'routing 2 → 1 → 12 → 1 → 2', outcome, false);
};

const PROVIDER = 'jinan-gas';
const ADAPTER = 'deployment/adapter-gas';
const SELECTOR = 'app.kubernetes.io/name=adapter-gas';
const RATE = 5;
const WAITING = 120;
/** A bucket of one second may be full when the first call is due. */
const MOST = { inOneSecond: 2 * RATE, inTenSeconds: 10 * RATE + RATE };

/** Three replicas of an adapter work off what waits for a provider that takes five calls a second. */
export const keepsRates: Check = async (cluster, { perSecond }) => {
  const { lines } = await cluster.marks();
  await useSlowCatalogue(cluster);
  try {
    const open = await workOff(cluster, perSecond);
    const at = await cluster.takenSince(lines, PROVIDER);
    const [inOneSecond, inTenSeconds] = [most(at, 1_000), most(at, 10_000)];
    const seconds = Math.round((at.at(-1)! - at[0]!) / 1_000);
    return row(
      '23 rate',
      `3 replicas, a provider of ${RATE}/s: ${at.length} operations in ${seconds} s, at most ${inOneSecond} in one second and ${inTenSeconds} in ten; ${open} requests open`,
      `${WAITING}, ≤ ${MOST.inOneSecond}, ≤ ${MOST.inTenSeconds}, 0`,
      at.length >= WAITING &&
        inOneSecond <= MOST.inOneSecond &&
        inTenSeconds <= MOST.inTenSeconds &&
        open === 0,
    );
  } finally {
    await cluster.call(['rollout', 'undo', ADAPTER]);
    await scaleTo(cluster, 2);
    await cluster.call(['delete', 'configmap', 'slow-catalogue']);
  }
};

/** The catalogue with another rate of one provider, as an operator gives one: in a ConfigMap. Nothing runs on it yet. */
async function useSlowCatalogue(cluster: Cluster): Promise<void> {
  await scaleTo(cluster, 0);
  const names = await readdir(CATALOGUE);
  const texts = await Promise.all(names.map((name) => readFile(join(CATALOGUE, name), 'utf8')));
  const data = Object.fromEntries(names.map((name, index) => [name, texts[index]!]));
  const providers = JSON.parse(data['providers.json']!) as { id: string }[];
  data['providers.json'] = JSON.stringify(
    providers.map((each) => (each.id === PROVIDER ? { ...each, ratePerSecond: RATE } : each)),
  );
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'slow-catalogue' }, data };
  await cluster.call(['create', '-f', '-'], JSON.stringify(config));
  const folder = '/etc/lianban/catalogue';
  const container = {
    name: 'service',
    env: [{ name: 'CATALOGUE_FOLDER', value: folder }],
    volumeMounts: [{ name: 'catalogue', mountPath: folder }],
  };
  const volumes = [{ name: 'catalogue', configMap: { name: 'slow-catalogue' } }];
  const patch = { spec: { template: { spec: { containers: [container], volumes } } } };
  await cluster.call(['patch', ADAPTER, '-p', JSON.stringify(patch)]);
}

/** Registers while no adapter runs, then starts three; answers how many requests have not ended. */
async function workOff(cluster: Cluster, perSecond: number): Promise<number> {
  const caller = new Caller(cluster.url, cluster);
  const requestLog = new RequestLog();
  const runId = `rate-${Date.now()}`;
  const load = new RegistrationLoad(caller, requestLog, new Random(runId), runId);
  await load.run({ count: WAITING, perSecond, clients: 8, repeated: 0 });
  await scaleTo(cluster, 3);
  const watcher = new StatusWatcher(caller, requestLog, 10);
  const watching = watcher.run();
  for (const end = Date.now() + 180_000; requestLog.open.length > 0 && Date.now() < end;) await pause(500);
  watcher.end();
  await watching;
  return requestLog.open.length;
}

async function scaleTo(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.call(['scale', ADAPTER, `--replicas=${replicas}`]);
  await cluster.call(['rollout', 'status', ADAPTER, '--timeout=300s']);
  while (replicas === 0 && (await cluster.call(['get', 'pods', '-l', SELECTOR, '-o', 'name'])) !== '')
    await pause(500);
}

/** The most of these moments, which are in order, that lie within so many milliseconds. */
function most(moments: readonly number[], within: number): number {
  let first = 0;
  let count = 0;
  moments.forEach((at, index) => {
    while (at - moments[first]! >= within) first += 1;
    count = Math.max(count, index - first + 1);
  });
  return count;
}
