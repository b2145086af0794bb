import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventTransport } from '@lianban/messaging';
import { createService, loadConfig, Log, startEvents } from '@lianban/service-kit';
import type { WebPages } from '@lianban/web';
import { ChildProcesses } from './child-processes.js';
import { StackDatabase } from './stack-database.js';
import { serviceForPath } from './service-for-path.js';
import { demoAccounts } from './issuer/accounts.js';
import { startIssuer } from './issuer/start-issuer.js';
import { requireFree } from './ports.js';
import { MODULES } from './services.js';
import { AUDIENCE, LocalStack, LocalStackConfig } from './local-stack.js';
import { localWebPages } from './local-web-pages.js';
import { printAddresses } from './print-addresses.js';
import { runUntilSignal } from './run-until-signal.js';
import { untilReady } from './until-ready.js';

const SIMULATOR = fileURLToPath(new URL('./programs/provider-simulator.js', import.meta.url));
const log = Log.to(undefined, process.env.LOG_LEVEL ?? 'warn');

/** All services in one process on an embedded PostgreSQL, behind one port. */
await runUntilSignal(log, async (stops) => {
  const stack = new LocalStack(loadConfig(LocalStackConfig, process.env), process.env);
  const { port, issuerPort, simulatorPort, simulatorSftpPort, postgresPort } = stack.config;
  await requireFree([
    { port, purpose: 'Lianban', variable: 'PORT' },
    { port: issuerPort, purpose: 'the issuer of tokens', variable: 'ISSUER_PORT' },
    { port: simulatorPort, purpose: 'the simulated providers', variable: 'SIMULATOR_PORT' },
    { port: simulatorSftpPort, purpose: 'simulated providers over SFTP', variable: 'SIMULATOR_SFTP_PORT' },
  ]);
  const children = new ChildProcesses(process.env, (line) => process.stdout.write(`${line}\n`));
  stops.push(() => children.stop());
  const { kafkaBrokers } = stack.config;
  if (kafkaBrokers) await stack.createTopics(kafkaBrokers, []);
  children.start('provider-simulator', SIMULATOR, { ...stack.simulatorEnv(), ...stack.kafkaEnv() });

  const accounts = demoAccounts(stack.providers.map(({ id }) => id));
  const issuer = await startIssuer({
    port: issuerPort,
    audience: AUDIENCE,
    accounts,
    folder: stack.folder('issuer'),
    webUrl: stack.url,
  });
  stops.push(() => issuer.close());
  const database = await StackDatabase.open(stack);
  stops.push(() => database.stop());

  const apps = new Map<string, NestFastifyApplication>();
  for (const [name, module] of MODULES) {
    const env = {
      ...stack.envOf(name, database.urlOf(name)),
      ...stack.kafkaEnv(),
      PROCESS_METRICS: String(apps.size === 0),
    };
    const app = await createService(module, { env, transport: eventTransport, logger: log });
    apps.set(name, app);
    stops.push(() => app.close());
  }
  await Promise.all([...apps.values()].map(startEvents));
  const server = await startServer(stack, apps, localWebPages(issuer.url));
  stops.push(async () => void server.close());
  await untilReady(simulatorPort);
  printAddresses(stack, accounts, `PostgreSQL on 127.0.0.1:${postgresPort}`);
});

async function startServer(stack: LocalStack, apps: Map<string, NestFastifyApplication>, pages: WebPages) {
  const providers = new Map(stack.providers.map((provider) => [provider.id, provider]));
  const first = apps.values().next().value!;
  const server = createServer((request, response) => {
    if (pages(request, response)) return;
    const app = apps.get(serviceForPath(request.url!, providers) ?? '') ?? first;
    app.getHttpAdapter().getInstance().routing(request, response);
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(stack.config.port, '127.0.0.1', resolve),
  );
  return server;
}
