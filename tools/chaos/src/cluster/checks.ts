import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../goals/goal.js';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { RequestLog } from '../load/request-log.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { judged, underLoad, type Outcome } from '../load/under-load.js';
import { Random } from '../random.js';
import { MANIFESTS } from '../stack/paths.js';
import { NAMESPACE, type Cluster, type Pod } from './cluster.js';

export interface CheckOptions {
  perSecond: number;
  /** Tag of an image of the next version. */
  next?: string;
  /** How long pods are killed, seconds. */
  killSeconds: number;
  print(line: string): void;
}
export type Check = (cluster: Cluster, options: CheckOptions) => Promise<Row>;

const OVERLAY = join(MANIFESTS, 'overlays/demo');
const READY_SECONDS = 600;

const row = (goal: string, figure: string, bar: string, holds: boolean): Row => ({
  goal,
  figure,
  bar,
  holds,
});
const restartsOf = (pods: readonly Pod[]): number =>
  pods.reduce((sum, { status }) => sum + (status.containerStatuses?.[0]?.restartCount ?? 0), 0);
const secondsSince = (from: number): number => Math.round((Date.now() - from) / 1_000);

/** From an empty namespace to a request that all five have completed. */
const starts: Check = async (cluster, { print }) => {
  const from = Date.now();
  await cluster.call(['apply', '-k', OVERLAY]);
  print('applied, waiting');
  await cluster.untilAvailable(READY_SECONDS);
  const ready = secondsSince(from);
  await cluster.locate();
  const outcome = await oneRequest(cluster);
  const restarts = restartsOf(await cluster.pods('app.kubernetes.io/part-of=lianban'));
  return row(
    '1 starts',
    `available after ${ready} s, a request ended ${outcome} after ${secondsSince(from)} s, ${restarts} restarts`,
    'completed within 300 s, 0 restarts',
    outcome === 'completed' && secondsSince(from) <= 300 && restarts === 0,
  );
};

async function oneRequest(cluster: Cluster): Promise<string> {
  const caller = new Caller(cluster.url, cluster);
  const requestLog = new RequestLog();
  const runId = `one-${Date.now()}`;
  await new RegistrationLoad(caller, requestLog, new Random(runId), runId).run({
    count: 1,
    perSecond: 1,
    clients: 1,
    repeated: 0,
  });
  const watcher = new StatusWatcher(caller, requestLog, 1);
  const watching = watcher.run();
  for (const end = Date.now() + 60_000; requestLog.open.length > 0 && Date.now() < end;) await pause(200);
  watcher.end();
  await watching;
  const states = new Set(Object.values(requestLog.requests[0]!.last?.states ?? {}));
  return [...states].join(', ') || 'unknown';
}

/** Applying what is there changes nothing. (kubectl says "configured" of some resources that it leaves as they are.) */
const appliesTwice: Check = async (cluster) => {
  const generations = (): Promise<string> =>
    cluster.call([
      ...['get', 'deployments,jobs,poddisruptionbudgets,networkpolicies'],
      ...['-o', 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.generation}{"\\n"}{end}'],
    ]);
  const before = await generations();
  const said = await cluster.tried(['apply', '-k', OVERLAY]);
  const isSame = (await generations()) === before;
  const failed = said.split('\n').filter((line) => /error|immutable/i.test(line));
  return row(
    '6 applied twice',
    `${before.split('\n').length - 1} resources ${isSame ? 'as they were' : 'changed'}, ${failed.length} refused ${failed[0] ?? ''}`,
    'as they were, 0',
    isSame && failed.length === 0,
  );
};

const MIGRATED = 'migrated';
/** Three of the set-up Job at once on an empty database, and one of its pods dies in the middle. */
const migratesOnce: Check = async (cluster) => {
  await cluster.asAdmin('postgres', async (admin) => {
    await admin.query(`drop database if exists ${MIGRATED} with (force)`);
    await admin.query(`create database ${MIGRATED}`);
  });
  const job = await cluster.setUpJob('set-up-proof', (text) =>
    text.replaceAll('@$(DATABASE_ADDRESS)', `@postgres:5432/${MIGRATED}`),
  );
  await cluster.tried(['delete', 'job', 'set-up-proof', '--ignore-not-found']);
  await cluster.call(
    ['create', '-f', '-'],
    JSON.stringify({ ...job, spec: { ...job.spec, parallelism: 3, completions: 3 } }),
  );
  const [first] = await startedPods(cluster, 'batch.kubernetes.io/job-name=set-up-proof');
  await cluster.call(['delete', 'pod', first!, '--grace-period=0', '--force', '--wait=false']);
  await cluster.call(['wait', '--for=condition=Complete', 'job/set-up-proof', '--timeout=300s']);
  const counts = await cluster.asAdmin(MIGRATED, async (admin) => {
    const { rows } = await admin.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables where table_name = 'migration'`,
    );
    const names: string[] = [];
    for (const { schema } of rows) {
      const found = await admin.query<{ name: string }>(`select name from "${schema}".migration`);
      names.push(...found.rows.map(({ name }) => `${schema} ${name}`));
    }
    return { schemas: rows.length, rows: names.length, different: new Set(names).size };
  });
  await cluster.call(['delete', 'job', 'set-up-proof']);
  await cluster.asAdmin('postgres', (admin) => admin.query(`drop database ${MIGRATED} with (force)`));
  return row(
    '6 migrations',
    `three at once on an empty database, one killed: ${counts.schemas} schemas, ${counts.rows} rows, ${counts.different} different migrations`,
    '9 schemas, one row a migration',
    counts.schemas === 9 && counts.rows === counts.different,
  );
};

async function startedPods(cluster: Cluster, selector: string): Promise<string[]> {
  for (;;) {
    const pods = await cluster.pods(selector);
    const started = pods.filter(({ status }) => status.podIP);
    if (started.length > 0) return started.map(({ metadata }) => metadata.name);
    await pause(100);
  }
}

const PROBE_RIGHTS = `
const { writeFileSync, readFileSync } = require('node:fs');
let writes = 'no';
try { writeFileSync('/app/x', ''); writes = 'yes'; } catch {}
const status = readFileSync('/proc/1/status', 'utf8');
console.log(JSON.stringify({ uid: process.getuid(), writes, caps: /CapEff:\\s*(\\w+)/.exec(status)[1], newPrivileges: /NoNewPrivs:\\s*(\\d)/.exec(status)[1] }));
`;

/** Not root, no capability, nothing to write to, no warning of Pod Security. */
const isRestricted: Check = async (cluster) => {
  const warnings = (await cluster.tried(['apply', '-k', OVERLAY, '--dry-run=server'])).match(/warning/gi);
  const wrong: string[] = [];
  const pods = await cluster.pods();
  for (const { metadata } of pods) {
    const answer = JSON.parse(
      await cluster.call(['exec', metadata.name, '--', 'node', '-e', PROBE_RIGHTS]),
    ) as {
      uid: number;
      writes: string;
      caps: string;
      newPrivileges: string;
    };
    if (
      answer.uid === 0 ||
      answer.writes === 'yes' ||
      Number(`0x${answer.caps}`) !== 0 ||
      answer.newPrivileges !== '1'
    )
      wrong.push(`${metadata.name} ${JSON.stringify(answer)}`);
  }
  return row(
    '2 restricted',
    `${warnings?.length ?? 0} warnings, ${wrong.length} of ${pods.length} pods may more than they should ${wrong.slice(0, 2).join('; ')}`,
    '0, 0',
    !warnings && wrong.length === 0,
  );
};

/** Under load the providers report as little as they may: one small machine carries cluster and harness. */
async function whileLoaded(
  cluster: Cluster,
  perSecond: number,
  disturb: () => Promise<void>,
): Promise<Outcome> {
  await cluster.leaveOutStages();
  return underLoad(cluster, perSecond, disturb);
}

/** Every Deployment restarted twice while people work, one after another: they share the cores of one small node. */
const restartsUnderLoad: Check = async (cluster, { perSecond, print }) => {
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (let time = 1; time <= 2; time++) {
      for (const name of await cluster.deployments()) {
        await cluster.call(['rollout', 'restart', name]);
        await cluster.call(['rollout', 'status', name, '--timeout=600s']);
      }
      print(`restarted everything, time ${time}`);
    }
  });
  return judged('3 rolling', `all restarted twice at ${perSecond}/s`, outcome, false);
};

/** A pod dies without a word every ten seconds. */
const survivesKills: Check = async (cluster, { perSecond, killSeconds, print }) => {
  const random = new Random(`kills ${Date.now()}`);
  let kills = 0;
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (const end = Date.now() + killSeconds * 1_000; Date.now() < end; await pause(10_000)) {
      const { metadata } = random.pick(await cluster.pods());
      await cluster.call(['delete', 'pod', metadata.name, '--grace-period=0', '--force', '--wait=false']);
      print(`killed ${metadata.name}`);
      kills += 1;
    }
    await cluster.untilAvailable(READY_SECONDS);
  });
  return judged('7 kills', `${kills} pods killed in ${killSeconds} s`, outcome, true);
};

/** Each pod evicted as a drained node evicts it, and only where its budget allows. */
const canBeDrained: Check = async (cluster, { perSecond, print }) => {
  let refused = 0;
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (const { metadata } of await cluster.pods()) {
      const eviction = JSON.stringify({
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: metadata.name, namespace: NAMESPACE },
      });
      const path = `/api/v1/namespaces/${NAMESPACE}/pods/${metadata.name}/eviction`;
      for (const end = Date.now() + 120_000; ; await pause(1_000)) {
        const said = await cluster.tried(['create', '--raw', path, '-f', '-'], eviction);
        if (!/TooManyRequests|disruption budget/.test(said)) break;
        if (Date.now() > end) {
          refused += 1;
          break;
        }
      }
      print(`evicted ${metadata.name}`);
    }
    await cluster.untilAvailable(READY_SECONDS);
  });
  const { holds, ...result } = judged(
    '16 drained',
    `every pod evicted, ${refused} never could be`,
    outcome,
    false,
  );
  return { ...result, holds: holds && refused === 0 };
};

/** A worker's replicas up and down: rebalances under load. */
const scales: Check = async (cluster, { perSecond }) => {
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (const replicas of [4, 1, 2]) {
      await cluster.call(['scale', 'deployment/routing', `--replicas=${replicas}`]);
      await cluster.call(['rollout', 'status', 'deployment/routing', '--timeout=300s']);
      await pause(10_000);
    }
  });
  return judged('23 scaled', 'routing 2 → 4 → 1 → 2', outcome, false);
};

const IN_USE_MS = 15_000;

/** The password of a service's role, the secret of query codes and a provider's secret, changed one after another under load. */
const rotates: Check = async (cluster, { perSecond, print }) => {
  const old = await cluster.secret('routing-database', 'password');
  let isRefused = false;
  let fresh = 0;
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    const password = `rotated-${Date.now()}`;
    await cluster.changeSecret(
      ...(['routing-database', 'password', password, 'routing', '/etc/lianban/database/password'] as const),
    );
    await cluster.asAdmin('postgres', async (admin) => {
      await admin.query(`alter role routing password '${password}'`);
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'routing'`);
    });
    print('routing has another password, and all its connections are new');
    const codes = await cluster.secret('intake-query-code', 'secret');
    const newest = Number(codes.split(',').at(-1)!.split(':')[0]) + 1;
    await cluster.changeSecret(
      ...(['intake-query-code', 'secret', `${codes},${newest}:${'r'.repeat(40)}`] as const),
      ...(['intake', '/etc/lianban/query-code/secret'] as const),
    );
    await pause(IN_USE_MS);
    print('query codes have another secret');
    const known = await cluster.secret('adapter-gas-provider-secrets', 'jinan-gas');
    const added = `whsec_${Buffer.from(`rotated ${Date.now()} with enough bytes`).toString('base64')}`;
    await cluster.changeSecret(
      ...(['adapter-gas-provider-secrets', 'jinan-gas', `${added}\n${known}`] as const),
      ...(['adapter-gas', '/etc/lianban/provider-secrets/jinan-gas'] as const),
    );
    await pause(IN_USE_MS);
    print('a provider has another secret beside the old one');
    fresh = await cluster.asAdmin('lianban', async (admin) => {
      const { rows } = await admin.query<{ count: number }>(
        'select count(*)::int from intake.service_request where query_code_secret = $1',
        [newest],
      );
      return rows[0]!.count;
    });
    isRefused = await cluster
      .asDatabaseUser('routing', old, 'lianban', (client) => client.query('select 1'))
      .then(() => false)
      .catch(({ code }: { code?: string }) => code === '28P01');
  });
  const { holds, ...result } = judged(
    '9 rotation',
    `a role's password, the secret of query codes, a provider's secret: ${fresh} receipts by the new secret, the old password is ${isRefused ? 'refused' : 'accepted'}`,
    outcome,
    false,
  );
  return { ...result, holds: holds && fresh > 0 && isRefused };
};

const MIXED_MS = 30_000;

/** The next version under load: its migrations first, then its programs, half of them for a while, then back, then again. */
const upgrades: Check = async (cluster, { perSecond, next, print }) => {
  if (!next) return row('22 upgrade', 'needs --next TAG, an image of the next version', 'given', false);
  const deployments = await cluster.deployments();
  const current = await cluster.call(['get', deployments[0]!, '-o', 'jsonpath={..image}']);
  const image = current.replace(/:[^:]*$/, `:${next}`);
  const roll = async (names: readonly string[], act: (name: string) => string[]): Promise<void> => {
    for (const name of names) await cluster.call(act(name));
    for (const name of names) await cluster.call(['rollout', 'status', name, '--timeout=600s']);
  };
  const set = (name: string): string[] => ['set', 'image', name, `service=${image}`];
  const half = deployments.filter((_, index) => index % 2 === 0);
  const rest = deployments.filter((name) => !half.includes(name));
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    const job = await cluster.setUpJob('set-up-next', (text) => text.replaceAll(current, image));
    await cluster.call(['create', '-f', '-'], JSON.stringify(job));
    await cluster.call(['wait', '--for=condition=Complete', 'job/set-up-next', '--timeout=300s']);
    print('migrated; the old programs run on the new schema');
    await roll(half, set);
    print('half of the services are the next version');
    await pause(MIXED_MS);
    await roll(rest, set);
    print('all are the next version');
    await roll(deployments, (name) => ['rollout', 'undo', name]);
    print('all are back');
    await roll(deployments, set);
  });
  await cluster.call(['delete', 'job', 'set-up-next']);
  return judged('22 upgrade', `${current} → ${next} → back → ${next}`, outcome, false);
};

const PROBE_NETWORK = `
const { connect } = require('node:net');
const { lookup } = require('node:dns/promises');
const targets = process.argv.slice(1);
const tried = targets.map((target) => new Promise((resolve) => {
  const at = target.lastIndexOf(':');
  const socket = connect({ host: target.slice(0, at), port: Number(target.slice(at + 1)) });
  const end = (answer) => { socket.destroy(); resolve(answer); };
  socket.once('connect', () => end(true)).once('error', () => end(false));
  setTimeout(() => end(false), 3000);
}));
Promise.all(tried).then((open) => console.log(JSON.stringify(open)));
`;
/** Who may reach whom; anything else must not. A public address stands for everything outside. */
const OPEN: Record<string, readonly string[]> = {
  intake: ['postgres:5432', 'kafka:9092', 'issuer:8081'],
  routing: ['postgres:5432', 'kafka:9092', 'issuer:8081'],
  tracking: ['postgres:5432', 'kafka:9092', 'issuer:8081'],
  notification: ['postgres:5432', 'kafka:9092', 'issuer:8081', 'providers:8090'],
  'adapter-gas': ['postgres:5432', 'kafka:9092', 'issuer:8081', 'providers:8090'],
  gateway: ['intake:3000', 'tracking:3000', 'adapter-gas:3000'],
  providers: ['gateway:8080'],
  issuer: [],
};
const TARGETS = [
  'postgres:5432',
  'kafka:9092',
  'issuer:8081',
  'providers:8090',
  'gateway:8080',
  'intake:3000',
  'tracking:3000',
  'adapter-gas:3000',
  'intake:8081',
  '1.1.1.1:443',
];

/** Every pair of the matrix in k8s/network.md is tried from inside a pod. */
const isClosed: Check = async (cluster) => {
  const wrong: string[] = [];
  for (const [from, open] of Object.entries(OPEN)) {
    const said = await cluster.call([
      'exec',
      `deployment/${from}`,
      '--',
      'node',
      '-e',
      PROBE_NETWORK,
      ...TARGETS,
    ]);
    const reached = JSON.parse(said) as boolean[];
    TARGETS.forEach((target, index) => {
      if (target.startsWith(`${from}:`)) return;
      if (reached[index] !== open.includes(target))
        wrong.push(`${from} → ${target} is ${reached[index] ? 'open' : 'closed'}`);
    });
  }
  return row(
    '11 network',
    `${Object.keys(OPEN).length * TARGETS.length} ways tried, ${wrong.length} otherwise than they should be ${wrong.slice(0, 4).join('; ')}`,
    '0',
    wrong.length === 0,
  );
};

/** The demo's secrets are found nowhere that people read: logs, metrics, descriptions. */
const keepsSecrets: Check = async (cluster) => {
  const secrets = readFileSync(join(MANIFESTS, 'platform/demo/secrets.yaml'), 'utf8');
  const values = [...secrets.matchAll(/^ {2}(?:password|secret|[a-z-]+): "?([^"\n]{12,})"?$/gm)]
    .map(([, value]) => value!)
    .filter(
      (value) => value.startsWith('lianban-demo-') || value.startsWith('whsec_') || value.startsWith('1:'),
    );
  const shown: string[] = [];
  const look = (where: string, text: string): void => {
    for (const value of values) if (text.includes(value)) shown.push(`${where} shows ${value.slice(0, 16)}…`);
  };
  for (const { metadata } of await cluster.pods()) {
    look(`the log of ${metadata.name}`, await cluster.tried(['logs', metadata.name]));
    const metrics = `fetch('http://127.0.0.1:8081/metrics').then((r) => r.text()).then(console.log)`;
    look(
      `the metrics of ${metadata.name}`,
      await cluster.tried(['exec', metadata.name, '--', 'node', '-e', metrics]),
    );
  }
  look('describe', await cluster.tried(['describe', 'pods']));
  look('a ConfigMap', await cluster.tried(['get', 'configmaps', '-o', 'yaml']));
  return row(
    '14 secrets',
    `${values.length} values looked for, ${shown.length} found ${shown.slice(0, 2).join('; ')}`,
    '0',
    values.length > 10 && shown.length === 0,
  );
};

const DOWN_SECONDS = 60;

/** PostgreSQL away, then Kafka: no pod restarts, callers are told, and all goes on by itself. */
const tellsWhatIsAway: Check = async (cluster, { print }) => {
  const before = restartsOf(await cluster.pods());
  const said: string[] = [];
  for (const store of ['postgres', 'kafka']) {
    await cluster.call(['scale', `deployment/${store}`, '--replicas=0']);
    await pause(DOWN_SECONDS * 1_000);
    const response = await fetch(`${cluster.url}/v1/requests/none`, {
      headers: {
        authorization: `Bearer ${await cluster.token({ claims: { role: 'clerk', hall: 'lixia' } })}`,
      },
    }).catch(() => undefined);
    const body = (await response?.json().catch(() => ({}))) as { code?: string } | undefined;
    said.push(
      `${store} away: ${response?.status ?? 'no answer'} ${body?.code ?? ''}, retry-after ${response?.headers.get('retry-after') ?? 'none'}`,
    );
    await cluster.call(['scale', `deployment/${store}`, '--replicas=1']);
    await cluster.untilAvailable(READY_SECONDS);
    print(said.at(-1)!);
  }
  const outcome = await oneRequest(cluster);
  const restarts = restartsOf(await cluster.pods()) - before;
  return row(
    '15 readiness',
    `${said.join('; ')}; then a request ended ${outcome}; ${restarts} restarts`,
    '503 with Retry-After, 404 without Kafka, completed, 0',
    said[0]!.includes('503') &&
      !said[0]!.includes('none') &&
      said[1]!.includes('404') &&
      outcome === 'completed' &&
      restarts === 0,
  );
};

/** Services first, PostgreSQL and Kafka later: they wait and say for what. */
const waitsForStores: Check = async (cluster) => {
  await cluster.call(['scale', 'deployment/postgres', 'deployment/kafka', '--replicas=0']);
  await cluster.call(['rollout', 'restart', ...(await cluster.deployments())]);
  await pause(DOWN_SECONDS * 1_000);
  const pods = await cluster.pods();
  const restarts = restartsOf(pods);
  const young = pods.filter(({ status }) => !status.containerStatuses?.[0]?.ready);
  let silent = 0;
  for (const { metadata } of young)
    if (!/wait|away/i.test(await cluster.tried(['logs', metadata.name, '--tail=20']))) silent += 1;
  await cluster.call(['scale', 'deployment/postgres', 'deployment/kafka', '--replicas=1']);
  for (const name of await cluster.deployments())
    await cluster.call(['rollout', 'status', name, '--timeout=600s']);
  const outcome = await oneRequest(cluster);
  return row(
    '5 nothing there',
    `${young.length} pods started without PostgreSQL and Kafka, ${silent} did not say for what they wait, ${restarts} restarts; then a request ended ${outcome}`,
    '0 silent, 0 restarts, completed',
    young.length > 0 && silent === 0 && restarts === 0 && outcome === 'completed',
  );
};

export const CHECKS: Record<string, Check> = {
  starts,
  appliesTwice,
  migratesOnce,
  isRestricted,
  isClosed,
  keepsSecrets,
  restartsUnderLoad,
  survivesKills,
  canBeDrained,
  scales,
  tellsWhatIsAway,
  waitsForStores,
  rotates,
  upgrades,
};
