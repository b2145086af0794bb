import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventTransport } from '@lianban/messaging';
import { createService, loadConfig, Log, startEvents } from '@lianban/service-kit';
import { Children } from './children.js';
import { HouseDatabase } from './database.js';
import { doorOf } from './doors.js';
import { demoAccounts } from './issuer/accounts.js';
import { startIssuer } from './issuer/start-issuer.js';
import { requireFree } from './ports.js';
import { MODULES } from './services.js';
import { AUDIENCE, House, HouseConfig } from './settings.js';
import { tellAddresses } from './tell.js';
import { untilSignal } from './until-signal.js';

const SIMULATOR = fileURLToPath(new URL('./programs/provider-simulator.js', import.meta.url));
const log = Log.to(undefined, process.env.LOG_LEVEL ?? 'warn');

/** All services in one process on an embedded PostgreSQL, behind one door. */
await untilSignal(log, async (stops) => {
  const house = new House(loadConfig(HouseConfig, process.env), process.env);
  const { port, issuerPort, simulatorPort, postgresPort } = house.config;
  await requireFree([
    { port, purpose: 'the house', variable: 'PORT' },
    { port: issuerPort, purpose: 'the issuer of tokens', variable: 'ISSUER_PORT' },
    { port: simulatorPort, purpose: 'the simulated providers', variable: 'SIMULATOR_PORT' },
  ]);
  const children = new Children(process.env, (line) => process.stdout.write(`${line}\n`));
  stops.push(() => children.stop());
  children.start('provider-simulator', SIMULATOR, house.simulatorEnv());

  const accounts = demoAccounts(house.providers.map(({ id }) => id));
  const issuer = await startIssuer({
    port: issuerPort,
    audience: AUDIENCE,
    accounts,
    folder: house.folder('issuer'),
  });
  stops.push(() => issuer.close());
  const database = await HouseDatabase.open(house);
  stops.push(() => database.stop());

  const apps = new Map<string, NestFastifyApplication>();
  for (const [name, module] of MODULES) {
    const env = { ...house.envOf(name, database.urlOf(name)), PROCESS_METRICS: String(apps.size === 0) };
    const app = await createService(module, { env, transport: eventTransport, logger: log });
    apps.set(name, app);
    stops.push(() => app.close());
  }
  await Promise.all([...apps.values()].map(startEvents));
  const server = await openDoor(house, apps);
  stops.push(async () => void server.close());
  tellAddresses(house, accounts, `PostgreSQL on 127.0.0.1:${postgresPort}`);
});

async function openDoor(house: House, apps: Map<string, NestFastifyApplication>) {
  const providers = new Map(house.providers.map((provider) => [provider.id, provider]));
  const first = apps.values().next().value!;
  const server = createServer((request, response) => {
    const app = apps.get(doorOf(request.url!, providers) ?? '') ?? first;
    app.getHttpAdapter().getInstance().routing(request, response);
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(house.config.port, '127.0.0.1', resolve),
  );
  return server;
}
