import { fileURLToPath } from 'node:url';
import { SERVICES } from '@lianban/contracts';
import { endOrphanKafka, fetchKafka, missingForKafka, startKafka } from '@lianban/engines';
import { KafkaClient } from '@lianban/messaging';
import { loadConfig, Log } from '@lianban/service-kit';
import { Children, SMALL } from './children.js';
import { HouseDatabase } from './database.js';
import { doorOf } from './doors.js';
import { demoAccounts } from './issuer/accounts.js';
import { startIssuer } from './issuer/start-issuer.js';
import { requireFree } from './ports.js';
import { startProxy } from './proxy.js';
import { AUDIENCE, House, HouseConfig } from './settings.js';
import { tellAddresses } from './tell.js';
import { untilSignal } from './until-signal.js';

const log = Log.to(undefined, process.env.LOG_LEVEL ?? 'warn');
const program = (app: string): string => fileURLToPath(new URL(`./programs/${app}.js`, import.meta.url));

/** Every service a process of its own on Apache Kafka, as on a cluster, with one log that names who speaks. */
await untilSignal(log, async (stops) => {
  const house = new House(loadConfig(HouseConfig, process.env), process.env);
  const { port, issuerPort, simulatorPort, postgresPort, servicesPort } = house.config;
  await requireFree([
    { port, purpose: 'the house', variable: 'PORT' },
    { port: issuerPort, purpose: 'the issuer of tokens', variable: 'ISSUER_PORT' },
    { port: simulatorPort, purpose: 'the simulated providers', variable: 'SIMULATOR_PORT' },
  ]);
  const accounts = demoAccounts(house.providers.map(({ id }) => id));
  const issuer = await startIssuer({
    port: issuerPort,
    audience: AUDIENCE,
    accounts,
    folder: house.folder('issuer'),
  });
  stops.push(() => issuer.close());
  const [database, brokers] = await Promise.all([HouseDatabase.open(house), openKafka(house, stops)]);
  stops.unshift(() => database.stop());
  await new KafkaClient(
    { brokers, clientId: 'setup', prefix: house.config.topicPrefix },
    () => {},
  ).createTopics(1);

  const children = new Children(process.env, (line) => process.stdout.write(`${line}\n`));
  stops.push(() => children.stop());
  children.start('provider-simulator', program('provider-simulator'), house.simulatorEnv());
  const ports = new Map(SERVICES.map((name, index) => [name, servicesPort + index]));
  for (const [name, at] of ports)
    children.start(
      name,
      program(name),
      {
        ...house.envOf(name, database.urlOf(name)),
        PORT: String(at),
        ...(house.config.directReports && { PUBLIC_URL: `http://127.0.0.1:${at}` }),
        TRUST_PROXY: 'true',
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
        TRANSPORT: 'kafka',
        KAFKA_BROKERS: brokers,
        TOPIC_PREFIX: house.config.topicPrefix,
        GROUP_PREFIX: house.config.groupPrefix,
      },
      SMALL,
    );
  const providers = new Map(house.providers.map((provider) => [provider.id, provider]));
  const door = await startProxy(port, (path) => ports.get(doorOf(path, providers) ?? ''));
  stops.push(() => door.close());
  await Promise.all([...ports.values()].map(untilReady));
  for (const [name, pid] of Object.entries(children.pids()))
    process.stdout.write(`  ${name.padEnd(20)} pid ${pid}\n`);
  tellAddresses(house, accounts, `PostgreSQL on 127.0.0.1:${postgresPort}, Kafka on ${brokers}`);
});

/** A Kafka that runs already, or one of our own. */
async function openKafka(house: House, stops: (() => unknown)[]): Promise<string> {
  if (house.config.kafkaBrokers) return house.config.kafkaBrokers;
  const missing = await missingForKafka();
  if (missing) throw new Error(`${missing}. Install it, or name a Kafka that runs: KAFKA_BROKERS=host:port.`);
  const lib = fileURLToPath(new URL('../../../.kafka/lib', import.meta.url));
  await fetchKafka(lib);
  const { kafkaPort: port, kafkaControllerPort: controllerPort } = house.config;
  await endOrphanKafka(house.folder('kafka'));
  await requireFree([{ port, purpose: 'Kafka', variable: 'KAFKA_PORT' }]);
  const kafka = await startKafka({ lib, folder: house.folder('kafka'), port, controllerPort });
  stops.unshift(() => kafka.stop());
  return kafka.brokers;
}

async function untilReady(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the service on port ${port} did not become ready within a minute; its log says why`);
}
