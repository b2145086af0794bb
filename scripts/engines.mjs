// Starts PostgreSQL and Kafka for a run of the tests, unless the environment names some already.
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Answers the environment of the run, what is missing, and how to stop it all. */
export async function startEngines() {
  const engines = await import('../libs/engines/dist/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'lianban-test-'));
  await chmod(folder, 0o755);
  const env = {};
  const stops = [() => rmSync(folder, { recursive: true, force: true })];
  if (!process.env.TEST_POSTGRES) {
    const port = await engines.freePort();
    const settings = ['fsync=off', 'max_connections=400'];
    const postgres = await engines.startPostgres({
      folder: join(folder, 'postgres'),
      port,
      password: 'test',
      settings,
    });
    env.TEST_POSTGRES = postgres.adminUrl;
    stops.unshift(() => postgres.stop());
  }
  const missing = process.env.TEST_KAFKA ? undefined : await engines.missingForKafka();
  if (!process.env.TEST_KAFKA && !missing) {
    const lib = join(root, '.kafka', 'lib');
    await engines.fetchKafka(lib);
    const proxied = { port: await engines.freePort(), advertisedPort: await engines.freePort() };
    const kafka = await engines.startKafka({
      proxied,
      lib,
      folder: join(folder, 'kafka'),
      port: await engines.freePort(),
      controllerPort: await engines.freePort(),
    });
    env.TEST_KAFKA = kafka.brokers;
    env.TEST_KAFKA_PROXIED = `${proxied.port}:${proxied.advertisedPort}`;
    stops.unshift(() => kafka.stop());
  }
  const stop = async () => {
    for (const each of stops) await each();
  };
  return { env, missing, stop };
}
