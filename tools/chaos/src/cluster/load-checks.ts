import { setTimeout as pause } from 'node:timers/promises';
import { judged, underLoad, type Outcome } from '../load/under-load.js';
import { Random } from '../random.js';
import { READY_SECONDS, restartsOf, row, type Check } from './check.js';
import { NAMESPACE, type Cluster } from './cluster.js';

/** Under load the providers report as little as they may: one small machine carries cluster and harness. */
export async function whileLoaded(
  cluster: Cluster,
  perSecond: number,
  disturb: () => Promise<void>,
): Promise<Outcome> {
  await cluster.leaveOutStages();
  return underLoad(cluster, perSecond, disturb);
}

/** A few Deployments at a time: programs that start share the cores of a small node with those that serve. */
async function roll(
  cluster: Cluster,
  names: readonly string[],
  together: number,
  act: (name: string) => string[],
): Promise<void> {
  for (let first = 0; first < names.length; first += together) {
    const some = names.slice(first, first + together);
    for (const name of some) await cluster.call(act(name));
    for (const name of some) await cluster.call(['rollout', 'status', name, '--timeout=600s']);
  }
}

/** Load alone, and who uses which part of the cores: what a disturbance may be tried at. */
export const carries: Check = async (cluster, { perSecond, loadSeconds, print }) => {
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    const [from, before] = [Date.now(), await cluster.cpuSeconds()];
    await pause(loadSeconds * 1_000);
    const after = await cluster.cpuSeconds();
    const seconds = (Date.now() - from) / 1_000;
    const cores = [...after]
      .map(([name, used]) => [name, (used - (before.get(name) ?? 0)) / seconds] as const)
      .toSorted(([, one], [, other]) => other - one);
    print(cores.map(([name, share]) => `${name} ${share.toFixed(2)}`).join(', '));
  });
  return judged('load alone', `${perSecond}/s for ${loadSeconds} s`, outcome, false);
};

/** Every Deployment restarted twice while people work. */
export const restartsUnderLoad: Check = async (cluster, { perSecond, together, print }) => {
  const before = restartsOf(await cluster.pods());
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (let time = 1; time <= 2; time++) {
      await roll(cluster, await cluster.deployments(), together, (name) => ['rollout', 'restart', name]);
      print(`restarted everything, time ${time}`);
    }
  });
  const crashes = restartsOf(await cluster.pods());
  const { holds, ...result } = judged(
    '3 rolling',
    `all restarted twice, ${together} Deployments at a time, at ${perSecond}/s, ${crashes} crashes (${before} before)`,
    outcome,
    false,
  );
  return { ...result, holds: holds && crashes === 0 };
};

const KILL_INTERVAL_MS = 10_000;
/** A group notices a dead member after 10 s; the rest is the request that was registered last. */
const MAX_BACKLOG_SECONDS = 30;

/** A pod dies without a word every ten seconds. */
export const survivesKills: Check = async (cluster, { perSecond, killSeconds, print }) => {
  const random = new Random(`kills ${Date.now()}`);
  let kills = 0;
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    for (const end = Date.now() + killSeconds * 1_000; Date.now() < end;) {
      await pause(KILL_INTERVAL_MS);
      const { metadata } = random.pick(await cluster.pods());
      await cluster.call(['delete', 'pod', metadata.name, '--grace-period=0', '--force', '--wait=false']);
      print(`killed ${metadata.name}`);
      kills += 1;
    }
  });
  await cluster.untilAvailable(READY_SECONDS);
  const { holds, bar, ...result } = judged(
    '7 kills',
    `${kills} pods killed in ${killSeconds} s, everything ended ${outcome.endedAfter.toFixed(0)} s after the last`,
    outcome,
    true,
  );
  return {
    ...result,
    bar: `${bar}, ≤ ${MAX_BACKLOG_SECONDS} s`,
    holds: holds && outcome.endedAfter <= MAX_BACKLOG_SECONDS,
  };
};

/** Each pod evicted as a drained node evicts it, and only where its budget allows. */
export const canBeDrained: Check = async (cluster, { perSecond, print }) => {
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

const IN_USE_MS = 15_000;

/** The password of a service's role, the secret of query codes and a provider's secret, changed one after another under load. */
export const rotates: Check = async (cluster, { perSecond, print }) => {
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

/** The next version under load: its migrations first, then its programs, half of them for a while, then back, then again. */
export const upgrades: Check = async (cluster, { perSecond, next, together, mixedSeconds, print }) => {
  if (!next) return row('22 upgrade', 'needs --next TAG, an image of the next version', 'given', false);
  const deployments = await cluster.deployments();
  const current = await cluster.call(['get', deployments[0]!, '-o', 'jsonpath={..image}']);
  const image = current.replace(/:[^:]*$/, `:${next}`);
  const set = (name: string): string[] => ['set', 'image', name, `service=${image}`];
  const half = deployments.filter((_, index) => index % 2 === 0);
  const rest = deployments.filter((name) => !half.includes(name));
  const outcome = await whileLoaded(cluster, perSecond, async () => {
    const job = await cluster.setUpJob('set-up-next', (text) => text.replaceAll(current, image));
    await cluster.call(['create', '-f', '-'], JSON.stringify(job));
    await cluster.call(['wait', '--for=condition=Complete', 'job/set-up-next', '--timeout=300s']);
    print('migrated; the old programs run on the new schema');
    await roll(cluster, half, together, set);
    print('half of the services are the next version');
    await pause(mixedSeconds * 1_000);
    await roll(cluster, rest, together, set);
    print('all are the next version');
    await roll(cluster, deployments, together, (name) => ['rollout', 'undo', name]);
    print('all are back');
    await roll(cluster, deployments, together, set);
    print('all are the next version again');
  });
  await cluster.call(['delete', 'job', 'set-up-next']);
  return judged(
    '22 upgrade',
    `${current} → ${next}, ${mixedSeconds} s mixed → back → ${next}`,
    outcome,
    false,
  );
};
