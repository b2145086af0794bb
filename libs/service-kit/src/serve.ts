import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ENVIRONMENT } from './config/environment.js';
import type { Environment } from './config/environment.js';
import { ConfigInvalid } from './config/load-config.js';
import { Lifecycle } from './health/lifecycle.js';
import { HttpConfig } from './http/http.config.js';
import { HttpAdapter } from './http/http-adapter.js';
import { OperationsServer } from './http/operations-server.js';
import { Log } from './logging/log.js';
import { ROOT_LOG } from './logging/root-log.js';

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

/** What a shell says of a process that SIGTERM ended. */
const SIGTERM_EXIT = 143;

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

/** Runs the start hooks and starts consuming events. Who serves its requests says so to its `Lifecycle`. */
export async function startEvents(app: NestFastifyApplication) {
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  await app.get(OperationsServer).open();
  await app.startAllMicroservices();
}

/** Starts events before HTTP, so that no request arrives too early. Answers the service's address. */
export async function startListening(app: NestFastifyApplication): Promise<string> {
  const { host, port } = app.get(HttpConfig);
  await startEvents(app);
  await app.listen(port, host);
  app.get(Lifecycle).listens();
  return app.getUrl();
}

/**
 * All of a service's `main.ts`: starts it from the process's environment and stops it on SIGTERM or SIGINT: not ready any more, after
 * `DRAIN_DELAY_MS` nothing new, then what is under way is finished. A second signal ends it at once.
 */
export async function serve(service: Type, transport?: EventTransport): Promise<void> {
  const log = Log.to(undefined, process.env.LOG_LEVEL);
  let app: NestFastifyApplication | undefined;
  let isStopping = false;
  const stop = async (): Promise<void> => {
    // Nothing is under way before there is a service; a migration that is cut off is rolled back.
    if (isStopping || !app) process.exit(SIGTERM_EXIT);
    isStopping = true;
    app.get(Lifecycle).drains();
    await pause(app.get(HttpConfig).drainDelayMs);
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop());
  try {
    app = await createService(service, { env: process.env, transport });
    app.get(Log).log('listening', { address: await startListening(app) });
  } catch (error) {
    if (isStopping) return;
    if (error instanceof ConfigInvalid) log.fatal(error.message);
    else log.fatal('the service cannot start', error);
    process.exit(1);
  }
}
