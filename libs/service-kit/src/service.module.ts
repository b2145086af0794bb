import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { DynamicModule, Provider, Type, ValueProvider } from '@nestjs/common';
import type { Pool } from 'pg';
import { collectDefaultMetrics } from 'prom-client';
import { DataSource } from 'typeorm';
import { Clock } from './clock.js';
import { ConfigLoader, SecretFilesConfig } from './config/config-loader.js';
import type { ConfigClass } from './config/load-config.js';
import { CloseDatabase } from './database/close-database.js';
import { rootCertificateOf } from './database/connection-settings.js';
import { DatabaseConfig } from './database/database.config.js';
import { openDatabase, timeOf } from './database/open-database.js';
import type { Tables } from './database/open-database.js';
import { Dependencies } from './health/dependencies.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { HttpConfig } from './http/http.config.js';
import { ObserveRequests } from './http/observe-requests.js';
import { OperationsServer } from './http/operations-server.js';
import { IdentityConfig } from './identity/identity.config.js';
import { IdentityGuard } from './identity/identity.guard.js';
import { IssuerKeys } from './identity/issuer-keys.js';
import { TokenVerifier } from './identity/token-verifier.js';
import { Log } from './logging/log.js';
import { ROOT_LOG } from './logging/root-log.js';
import { CertificateExpiry } from './metrics/certificate-expiry.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { Tracing } from './tracing/tracing.js';
import { TracingConfig } from './tracing/tracing.config.js';

export interface ServiceOptions extends Tables {
  /** Names the service's schema (with `_`), its logs and its metrics. */
  name: string;
  /** The service's own variables; injected by their class. */
  config?: ConfigClass;
}

const CONFIGS = Symbol('CONFIGS');
/** Token of what the service was made with, and the configuration classes that it reads. */
const SERVICE_OPTIONS = Symbol('SERVICE_OPTIONS');

function configProviders(classes: ConfigClass[]): Provider[] {
  const load = {
    provide: CONFIGS,
    useFactory: (loader: ConfigLoader) => loader.loadAll(classes),
    inject: [ConfigLoader],
  };
  const each = classes.map((Config, index) => ({
    provide: Config,
    useFactory: (configs: object[]) => configs[index],
    inject: [CONFIGS],
  }));
  return [load, ...each];
}

function databaseProviders({ name, entities, migrations }: ServiceOptions): Provider[] {
  const open = async (
    config: DatabaseConfig,
    dependencies: Dependencies,
    clock: Clock,
    log: Log,
    metrics: Metrics,
    certificates: CertificateExpiry,
  ) => {
    const tables = { entities, migrations };
    const source = await openDatabase(name, config, tables, (message) => log.warn(message));
    const followDatabase = () => clock.syncWith(() => timeOf(source));
    await followDatabase();
    dependencies.add('database', followDatabase);
    metrics.poolWaiting(() => (source.driver as unknown as { master: Pool }).master.waitingCount);
    certificates.watch(() => [rootCertificateOf(config)].filter((file) => file !== undefined));
    return source;
  };
  return [
    {
      provide: DataSource,
      useFactory: open,
      inject: [DatabaseConfig, Dependencies, Clock, Log, Metrics, CertificateExpiry],
    },
    CloseDatabase,
  ];
}

function openMetrics(name: string, config: HttpConfig) {
  const metrics = new Metrics();
  metrics.buildInfo().set({ version: config.buildVersion }, 1);
  metrics.registry.setDefaultLabels({ service: name });
  // The default of 10 ms would be most of the CPU of an idle service.
  if (config.processMetrics)
    collectDefaultMetrics({ register: metrics.registry, eventLoopMonitoringPrecision: 200 });
  return metrics;
}

/** The SDK is loaded only where somebody wants spans. */
async function openTracing(
  name: string,
  config: TracingConfig,
  http: HttpConfig,
  log: Log,
): Promise<Tracing> {
  if (config.otelTracesExporter === 'none') return new Tracing();
  const { startTracing } = await import('./tracing/start-tracing.js');
  return new Tracing(startTracing(name, http.buildVersion, config, (message) => log.warn(message)));
}

const observabilityProviders = (name: string): Provider[] => [
  { provide: Log, useFactory: (root: Log) => root.with({ service: name }), inject: [ROOT_LOG] },
  { provide: Metrics, useFactory: (config: HttpConfig) => openMetrics(name, config), inject: [HttpConfig] },
  {
    provide: Tracing,
    useFactory: (config: TracingConfig, http: HttpConfig, log: Log) => openTracing(name, config, http, log),
    inject: [TracingConfig, HttpConfig, Log],
  },
  ObserveRequests,
  CertificateExpiry,
  Dependencies,
  Readiness,
];

const httpProviders: Provider[] = [
  OperationsServer,
  IssuerKeys,
  TokenVerifier,
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: IdentityGuard },
];

/** Everything that every service needs. */
export class ServiceModule {
  /** A service without entities and migrations has no database. */
  static for(options: ServiceOptions): DynamicModule {
    const hasDatabase = Boolean(options.entities ?? options.migrations);
    const own = options.config ? [options.config] : [];
    const configs: ConfigClass[] = [
      HttpConfig,
      IdentityConfig,
      TracingConfig,
      ...(hasDatabase ? [DatabaseConfig] : []),
      ...own,
    ];
    const shared = [
      { provide: SERVICE_OPTIONS, useValue: { ...options, configs } },
      Clock,
      ConfigLoader,
      ...configProviders(configs),
      ...observabilityProviders(options.name),
      ...(hasDatabase ? databaseProviders(options) : []),
    ];
    return {
      module: ServiceModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [...shared, ...httpProviders],
      exports: [
        ...configs,
        CertificateExpiry,
        Clock,
        ConfigLoader,
        Dependencies,
        Log,
        Metrics,
        Readiness,
        Tracing,
        ...(hasDatabase ? [DataSource] : []),
      ],
    };
  }
}

type Imported = Type | DynamicModule;

const importsOf = (imported: Imported): Imported[] =>
  'module' in imported
    ? [...((imported.imports ?? []) as Imported[]), ...importsOf(imported.module)]
    : ((Reflect.getMetadata('imports', imported) ?? []) as Imported[]);

function providersOf(imported: Imported): Provider[] {
  const own = 'module' in imported ? (imported.providers ?? []) : [];
  return [...own, ...importsOf(imported).flatMap(providersOf)];
}

/** What the module of a service was made with, without starting it. */
export function serviceOptionsOf(service: Type): ServiceOptions & { configs: ConfigClass[] } {
  const providers = providersOf(service).filter((provider) => 'provide' in provider);
  const options = providers.find(({ provide }) => provide === SERVICE_OPTIONS) as ValueProvider<
    ServiceOptions & { configs: ConfigClass[] }
  >;
  const more = providers
    .filter((provider) => 'inject' in provider && provider.inject?.[0] === ConfigLoader)
    .map(({ provide }) => provide)
    .filter((provide) => typeof provide === 'function') as ConfigClass[];
  return { ...options.useValue, configs: [...options.useValue.configs, SecretFilesConfig, ...more] };
}
