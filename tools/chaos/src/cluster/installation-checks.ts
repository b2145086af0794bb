import { setTimeout as pause } from 'node:timers/promises';
import { oneRequest, OVERLAY, READY_SECONDS, restartsOf, row, secondsSince, type Check } from './check.js';
import type { Cluster } from './cluster.js';

/** From an empty namespace to a request that all five have completed. */
export const starts: Check = async (cluster, { print, tag }) => {
  const from = Date.now();
  const manifests = await cluster.call(['kustomize', OVERLAY]);
  const chosen = tag ? manifests.replaceAll(/(lianban\/services):\S+/g, `$1:${tag}`) : manifests;
  await cluster.call(['apply', '-f', '-'], chosen);
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

/** Applying what is there changes nothing. (kubectl says "configured" of some resources that it leaves as they are.) */
export const appliesTwice: Check = async (cluster) => {
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
export const migratesOnce: Check = async (cluster) => {
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

const DOWN_SECONDS = 60;

/** PostgreSQL away, then Kafka: no pod restarts, callers are told, and all goes on by itself. */
export const tellsWhatIsAway: Check = async (cluster, { print }) => {
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
export const waitsForStores: Check = async (cluster) => {
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
