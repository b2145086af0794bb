import { fileURLToPath } from 'node:url';
import { SERVICES, TOPICS } from '@lianban/contracts';
import { endOrphanKafka, fetchKafka, missingForKafka, startKafka } from '@lianban/engines';
import { loadConfig, Log } from '@lianban/service-kit';
import { ChildProcesses, HEAP_FLAGS } from './child-processes.js';
import { StackDatabase } from './stack-database.js';
import { serviceForPath } from './service-for-path.js';
import { demoAccounts } from './issuer/accounts.js';
import { startIssuer } from './issuer/start-issuer.js';
import { requireFree } from './ports.js';
import { startProxy } from './proxy.js';
import { AUDIENCE, LocalStack, LocalStackConfig } from './local-stack.js';
import { localWebPages } from './local-web-pages.js';
import { printAddresses } from './print-addresses.js';
import { runUntilSignal } from './run-until-signal.js';
import { untilReady } from './until-ready.js';

const log = Log.to(undefined, process.env.LOG_LEVEL ?? 'warn');
const program = (app: string): string => fileURLToPath(new URL(`./programs/${app}.js`, import.meta.url));

/** Every service a process of its own on Apache Kafka, as on a cluster, with one log that names who speaks. */
await runUntilSignal(log, async (stops) => {
  const stack = new LocalStack(loadConfig(LocalStackConfig, process.env), process.env);
  const { port, issuerPort, simulatorPort, simulatorSftpPort, postgresPort, servicesPort } = stack.config;
  await requireFree([
    { port, purpose: 'Lianban', variable: 'PORT' },
    { port: issuerPort, purpose: 'the issuer of tokens', variable: 'ISSUER_PORT' },
    { port: simulatorPort, purpose: 'the simulated providers', variable: 'SIMULATOR_PORT' },
    { port: simulatorSftpPort, purpose: 'simulated providers over SFTP', variable: 'SIMULATOR_SFTP_PORT' },
  ]);
  const accounts = demoAccounts(stack.providers.map(({ id }) => id));
  const issuer = await startIssuer({
    port: issuerPort,
    audience: AUDIENCE,
    accounts,
    folder: stack.folder('issuer'),
    webUrl: stack.url,
  });
  stops.push(() => issuer.close());
  const [database, brokers] = await Promise.all([StackDatabase.open(stack), openKafka(stack, stops)]);
  stops.unshift(() => database.stop());
  await stack.createTopics(brokers, TOPICS);
  const kafkaEnv = stack.kafkaEnv(brokers);

  const children = new ChildProcesses(process.env, (line) => process.stdout.write(`${line}\n`));
  stops.push(() => children.stop());
  children.start('provider-simulator', program('provider-simulator'), {
    ...stack.simulatorEnv(),
    ...kafkaEnv,
  });
  const ports = new Map(SERVICES.map((name, index) => [name, servicesPort + index]));
  for (const [name, at] of ports)
    children.start(
      name,
      program(name),
      {
        ...stack.envOf(name, database.urlOf(name)),
        PORT: String(at),
        ...(stack.config.directReports && { PUBLIC_URL: `http://127.0.0.1:${at}` }),
        TRUST_PROXY: 'true',
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
        TRANSPORT: 'kafka',
        ...kafkaEnv,
      },
      HEAP_FLAGS,
    );
  const providers = new Map(stack.providers.map((provider) => [provider.id, provider]));
  const addressFor = (path: string) => {
    const at = ports.get(serviceForPath(path, providers) ?? '');
    return at === undefined ? undefined : { host: '127.0.0.1', port: at };
  };
  const proxy = await startProxy({ host: '127.0.0.1', port }, addressFor, localWebPages(issuer.url));
  stops.push(() => proxy.close());
  await Promise.all([simulatorPort, ...ports.values()].map(untilReady));
  for (const [name, pid] of Object.entries(children.pids()))
    process.stdout.write(`  ${name.padEnd(20)} pid ${pid}\n`);
  printAddresses(stack, accounts, `PostgreSQL on 127.0.0.1:${postgresPort}, Kafka on ${brokers}`);
});

/** A Kafka that runs already, or one of our own. */
async function openKafka(stack: LocalStack, stops: (() => unknown)[]): Promise<string> {
  if (stack.config.kafkaBrokers) return stack.config.kafkaBrokers;
  const missing = await missingForKafka();
  if (missing) throw new Error(`${missing}. Install it, or name a Kafka that runs: KAFKA_BROKERS=host:port.`);
  const lib = fileURLToPath(new URL('../../../.kafka/lib', import.meta.url));
  await fetchKafka(lib);
  const { kafkaPort: port, kafkaControllerPort: controllerPort } = stack.config;
  await endOrphanKafka(stack.folder('kafka'));
  await requireFree([{ port, purpose: 'Kafka', variable: 'KAFKA_PORT' }]);
  const kafka = await startKafka({ lib, folder: stack.folder('kafka'), port, controllerPort });
  stops.unshift(() => kafka.stop());
  return kafka.brokers;
}
