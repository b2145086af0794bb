// Starts PostgreSQL and Kafka for a run of the tests, unless the environment names some already.
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Answers the environment of the run, what is missing, and how to stop it all. What has started ends where another cannot. */
export async function startEngines() {
  const engines = await import('../libs/engines/dist/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'lianban-test-'));
  await chmod(folder, 0o755);
  const env = { TEST_FOLDER: folder };
  const stops = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops) await each();
  };
  try {
    if (!process.env.TEST_POSTGRES) {
      const port = await engines.freePort();
      // Nothing of it needs to outlast the machine.
      const settings = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=400'];
      const postgres = await engines.startPostgres({
        folder: join(folder, 'postgres'),
        port,
        password: 'test',
        settings,
      });
      env.TEST_POSTGRES = postgres.adminUrl;
      stops.unshift(() => postgres.stop());
    }
    const missing = process.env.TEST_KAFKA ? undefined : await startKafka(engines, folder, env, stops);
    return { env, missing, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Answers what is missing where no Kafka can be started. */
async function startKafka(engines, folder, env, stops) {
  const proxied = { port: await engines.freePort(), advertisedPort: await engines.freePort() };
  const port = await engines.freePort();
  const reason = await engines.missingForKafka();
  const kafka = reason
    ? await kafkaInContainer(port, proxied)
    : await kafkaByJava(engines, folder, port, proxied);
  if (!kafka) return `${reason}, and no container engine answers`;
  env.TEST_KAFKA = `127.0.0.1:${port}`;
  env.TEST_KAFKA_PROXIED = `${proxied.port}:${proxied.advertisedPort}`;
  stops.unshift(() => kafka.stop());
}

async function kafkaByJava(engines, folder, port, proxied) {
  const lib = join(root, '.kafka', 'lib');
  await engines.fetchKafka(lib);
  const controllerPort = await engines.freePort();
  return engines.startKafka({ lib, folder: join(folder, 'kafka'), port, controllerPort, proxied });
}

/** Where there is no Java but a container engine; `undefined` where there is none of that either. */
async function kafkaInContainer(port, proxied) {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const answers = await getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
  if (!answers) return undefined;
  return new GenericContainer('apache/kafka:4.4.0')
    .withExposedPorts({ container: 9092, host: port }, { container: 9094, host: proxied.port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093,PROXIED://:9094',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port},PROXIED://127.0.0.1:${proxied.advertisedPort}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    })
    .start();
}
