import { setTimeout as pause } from 'node:timers/promises';
import {
  oneRequest,
  READY_SECONDS,
  restartsOf,
  row,
  secondsSince,
  tryToRegister,
  type Check,
} from './check.js';
import type { Cluster, Pod } from './cluster.js';

const NEXT_MS = 1_000;
const MEGABYTE = 1 << 20;

/** Asks from inside a pod: the address of health is on a port that no policy opens for others. */
async function health(cluster: Cluster, target: string, probe: string): Promise<string> {
  const ask = `fetch('http://127.0.0.1:8081/health/${probe}').then(async (r) => console.log(r.status, await r.text()))`;
  return cluster.tried(['exec', target, '--', 'node', '-e', ask]);
}

const SIGNAL_JAVA = `
const { readdirSync, readlinkSync } = require('node:fs');
const isJava = (pid) => { try { return readlinkSync('/proc/' + pid + '/exe').endsWith('/java'); } catch { return false; } };
process.kill(Number(readdirSync('/proc').find((name) => /^\\d+$/.test(name) && isJava(name))), process.argv[1]);
`;

/** Kafka takes connections and answers nothing: it is stopped, which can be done from inside where the pod's containers share processes. */
async function whileKafkaIsSilent(cluster: Cluster, act: () => Promise<void>): Promise<void> {
  const signal = (name: string): Promise<string> =>
    cluster.call(['exec', 'deployment/kafka', '--', 'node', '-e', SIGNAL_JAVA, name]);
  const share = async (shareProcessNamespace: boolean): Promise<void> => {
    const patch = { spec: { template: { spec: { shareProcessNamespace } } } };
    await cluster.call(['patch', 'deployment/kafka', '-p', JSON.stringify(patch)]);
    await cluster.call(['rollout', 'status', 'deployment/kafka', '--timeout=300s']);
  };
  await share(true);
  await oneRequest(cluster);
  await signal('SIGSTOP');
  try {
    await act();
  } finally {
    await signal('SIGCONT');
    await share(false);
  }
}

/** Kafka is silent: nothing restarts, it is said soon, callers are answered, and who has never joined is not ready. */
export const noticesSilentKafka: Check = async (cluster, { silentSeconds, print }) => {
  const before = restartsOf(await cluster.pods());
  let saidAfter = Infinity;
  let registered = 0;
  let readyTooEarly = 'never asked';
  await whileKafkaIsSilent(cluster, async () => {
    const from = Date.now();
    const [intake] = await cluster.pods('app.kubernetes.io/name=intake');
    for (; secondsSince(from) < 60; await pause(NEXT_MS)) {
      const said = await health(cluster, intake!.metadata.name, 'dependencies');
      if (!/"kafka":\{"status":"down"/.test(said)) continue;
      saidAfter = secondsSince(from);
      break;
    }
    print(`said after ${saidAfter} s`);
    const known = new Set((await cluster.pods('app.kubernetes.io/name=routing')).map(nameOf));
    await cluster.call(['rollout', 'restart', 'deployment/routing']);
    registered = await tryToRegister(cluster);
    await pause(Math.max(0, silentSeconds * 1_000 - (Date.now() - from)));
    const young = (await cluster.pods('app.kubernetes.io/name=routing')).filter(
      (pod) => !known.has(nameOf(pod)),
    );
    const isReady = young.some(({ status }) => status.containerStatuses?.[0]?.ready);
    readyTooEarly = young.length === 0 ? 'never started' : isReady ? 'ready' : 'not ready';
  });
  await cluster.untilAvailable(READY_SECONDS);
  await cluster.call(['rollout', 'status', 'deployment/routing', `--timeout=${READY_SECONDS}s`]);
  const outcome = await oneRequest(cluster);
  const restarts = restartsOf(await cluster.pods()) - before;
  return row(
    '15 silent Kafka',
    `said after ${saidAfter} s; registering answered ${registered}; a consumer that never joined was ${readyTooEarly} for ${silentSeconds} s; ` +
      `then a request ended ${outcome}; ${restarts} restarts`,
    '≤ 15 s, 201 or 503, not ready, completed, 0',
    saidAfter <= 15 &&
      [201, 503].includes(registered) &&
      readyTooEarly === 'not ready' &&
      outcome === 'completed' &&
      restarts === 0,
  );
};

/** A process whose event loop turns no more is started again. */
export const restartsWhatHangs: Check = async (cluster) => {
  const [pod] = await cluster.pods('app.kubernetes.io/name=routing');
  const before = restartsOf([pod!]);
  await cluster.evaluate(nameOf(pod!), 'setTimeout(() => { for (;;); }, 500), 0');
  const seconds = await until(cluster, pod!, (now) => restartsOf([now]) > before, 240);
  await cluster.untilAvailable(READY_SECONDS);
  return row(
    '15 hangs',
    `event loop of a pod blocked: started again after ${seconds ?? 'never'} s`,
    '≤ 180 s',
    seconds !== undefined && seconds <= 180,
  );
};

/** The heap ends before the container does: a leak is told by the process itself, never a silent kill. */
export const endsLeaks: Check = async (cluster) => {
  const wrong: string[] = [];
  for (const pod of await cluster.pods()) {
    const heap = Number(
      await cluster.evaluate(nameOf(pod), `require('node:v8').getHeapStatistics().heap_size_limit`),
    );
    const most = Number(pod.spec.containers[0]!.resources!.limits!.memory!.replace('Mi', '')) * MEGABYTE;
    if (!(heap < most)) wrong.push(`${nameOf(pod)} ${heap}`);
  }
  const [pod] = await cluster.pods('app.kubernetes.io/name=notification');
  const before = restartsOf([pod!]);
  await cluster.evaluate(
    nameOf(pod!),
    'globalThis.kept = [], setInterval(() => globalThis.kept.push(Array.from({ length: 2e5 }, () => ({}))), 50), 0',
  );
  const seconds = await until(cluster, pod!, (now) => restartsOf([now]) > before, 240);
  const log = await cluster.tried(['logs', nameOf(pod!), '--previous', '--tail=100']);
  const [now] = (await cluster.pods('app.kubernetes.io/name=notification')).filter(
    (one) => nameOf(one) === nameOf(pod!),
  );
  const end = now?.status.containerStatuses?.[0]?.lastState?.terminated;
  const isTold = /heap out of memory|heap limit/i.test(log);
  await cluster.untilAvailable(READY_SECONDS);
  return row(
    '18 memory',
    `${wrong.length} heaps larger than their containers ${wrong[0] ?? ''}; a leak ended after ${seconds ?? 'never'} s with ${end?.exitCode} ${end?.reason}, ${isTold ? 'said in the log' : 'not said'}`,
    '0, said, not OOMKilled',
    wrong.length === 0 && isTold && end?.reason !== 'OOMKilled',
  );
};

const nameOf = ({ metadata }: Pod): string => metadata.name;

async function until(
  cluster: Cluster,
  pod: Pod,
  isSo: (now: Pod) => boolean,
  seconds: number,
): Promise<number | undefined> {
  const from = Date.now();
  const selector = `app.kubernetes.io/name=${pod.metadata.labels['app.kubernetes.io/name']}`;
  while (secondsSince(from) < seconds) {
    const now = (await cluster.pods(selector)).find((one) => nameOf(one) === nameOf(pod));
    if (now && isSo(now)) return secondsSince(from);
    await pause(NEXT_MS);
  }
  return undefined;
}
