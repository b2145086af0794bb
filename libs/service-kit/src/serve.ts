import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ENVIRONMENT } from './config/environment.js';
import type { Environment } from './config/environment.js';
import { ConfigInvalid } from './config/load-config.js';
import { Readiness } from './health/readiness.js';
import { HttpConfig } from './http/http.config.js';
import { HttpAdapter } from './http/http-adapter.js';
import { OperationsServer } from './http/operations-server.js';
import { Log } from './logging/log.js';
import { ROOT_LOG } from './logging/root-log.js';

const ABANDON_TIMEOUT_MS = 4_000;

/** Creates the event transport of a service. */
export type EventTransport = (app: NestFastifyApplication) => CustomTransportStrategy;

export interface ServiceStart {
  env: Environment;
  transport?: EventTransport;
  /** By default standard output. */
  logger?: Log;
  /** For inspection only: no provider is created, and the environment may be empty. */
  preview?: boolean;
}

class Root {}

const rootOf = (service: Type, env: Environment, log: Log): DynamicModule => {
  const providers = [
    { provide: ENVIRONMENT, useValue: env },
    { provide: ROOT_LOG, useValue: log },
  ];
  return { module: Root, global: true, imports: [service], providers, exports: providers };
};

/**
 * Creates a service that does not listen yet. `startListening` starts it on its own port; `startEvents` starts only its events,
 * for services that share one HTTP server.
 * @throws ConfigInvalid if the environment is wrong
 */
export async function createService(
  service: Type,
  { env, transport, logger, preview = false }: ServiceStart,
) {
  const log = logger ?? Log.to(undefined, env.LOG_LEVEL);
  const options = { logger: log, abortOnError: false, bodyParser: false, preview };
  const app = await NestFactory.create<NestFastifyApplication>(
    rootOf(service, env, log),
    new HttpAdapter(),
    options,
  );
  if (!logger && !preview) app.useLogger(app.get(Log));
  if (transport) app.connectMicroservice({ strategy: transport(app) });
  return app;
}

/** Runs the start hooks and starts consuming events. */
export async function startEvents(app: NestFastifyApplication) {
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  await app.get(OperationsServer).open(app.getHttpAdapter() as unknown as HttpAdapter);
  await app.startAllMicroservices();
}

/** Starts events before HTTP, so that no request arrives too early. Answers the service's address. */
export async function startListening(app: NestFastifyApplication): Promise<string> {
  const { host, port } = app.get(HttpConfig);
  const address = app.get(Readiness).require('address');
  await startEvents(app);
  await app.listen(port, host);
  address.fulfil();
  return app.getUrl();
}

/** All of a service's `main.ts`: starts it from the process's environment and stops it on a signal. */
export async function serve(service: Type, transport?: EventTransport): Promise<void> {
  const log = Log.to(undefined, process.env.LOG_LEVEL);
  let app: NestFastifyApplication | undefined;
  let isListening = false;
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.log('stopping', { signal });
    try {
      if (app) await (isListening ? drainAndClose(app) : abandonStart(app));
    } catch (error) {
      log.error('the service did not stop in order', error);
    }
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
  try {
    app = await createService(service, { env: process.env, transport });
    const address = await startListening(app);
    isListening = true;
    app.get(Log).log('listening', { address });
  } catch (error) {
    if (isStopping) return;
    if (error instanceof ConfigInvalid) log.fatal(error.message);
    else log.fatal('the service cannot start', error);
    process.exit(1);
  }
}

/** Requests still come for a while, until everybody has heard that this process is no longer ready. */
async function drainAndClose(app: NestFastifyApplication): Promise<void> {
  app.get(Readiness).drain();
  (app.getHttpAdapter() as unknown as HttpAdapter).drain();
  await pause(app.get(HttpConfig).drainDelayMs);
  await app.close();
}

/** What was begun is given back, as far as that is quick. */
const abandonStart = (app: NestFastifyApplication): Promise<void> =>
  Promise.race([app.close(), pause(ABANDON_TIMEOUT_MS)]);
