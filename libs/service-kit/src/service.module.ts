import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { DynamicModule, Provider, Type, ValueProvider } from '@nestjs/common';
import { collectDefaultMetrics, Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Clock } from './clock.js';
import { ENVIRONMENT } from './config/environment.js';
import type { Environment } from './config/environment.js';
import { loadConfigs } from './config/load-config.js';
import type { ConfigClass } from './config/load-config.js';
import { CloseDatabase } from './database/close-database.js';
import { DatabaseConfig } from './database/database.config.js';
import { openDatabase, timeOf } from './database/open-database.js';
import type { Tables } from './database/open-database.js';
import { waitWhileAway } from './database/wait-while-away.js';
import { HealthController } from './health/health.controller.js';
import { DependencyChecks } from './health/dependency-checks.js';
import { Lifecycle } from './health/lifecycle.js';
import { HttpConfig } from './http/http.config.js';
import { OperationsServer } from './http/operations-server.js';
import { ObserveRequests } from './http/observe-requests.js';
import { IdentityConfig } from './identity/identity.config.js';
import { IdentityGuard } from './identity/identity.guard.js';
import { IssuerKeys } from './identity/issuer-keys.js';
import { TokenVerifier } from './identity/token-verifier.js';
import { Log } from './logging/log.js';
import { ROOT_LOG } from './logging/root-log.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { ProblemFilter } from './problems/problem.filter.js';

export interface ServiceOptions extends Tables {
  /** Names the service's schema (with `_`), its logs and its metrics. */
  name: string;
  /** The service's own variables; injected by their class. */
  config?: ConfigClass;
}

const CONFIGS = Symbol('CONFIGS');
/** What a service was declared with, for those who migrate it without starting it. */
const SERVICE_OPTIONS = Symbol('SERVICE_OPTIONS');

function configProviders(classes: ConfigClass[]): Provider[] {
  const load = {
    provide: CONFIGS,
    useFactory: (env: Environment) => loadConfigs(classes, env),
    inject: [ENVIRONMENT],
  };
  const each = classes.map((Config, index) => ({
    provide: Config,
    useFactory: (configs: object[]) => configs[index],
    inject: [CONFIGS],
  }));
  return [load, ...each];
}

function databaseProviders({ name, entities, migrations }: ServiceOptions): Provider[] {
  const open = async (config: DatabaseConfig, checks: DependencyChecks, clock: Clock, log: Log) => {
    const source = await openDatabase(name, config, { entities, migrations }, (why) => log.warn(why));
    const followDatabase = () => clock.syncWith(() => timeOf(source));
    await waitWhileAway(followDatabase, (why) => log.warn(why));
    checks.add('database', followDatabase);
    return source;
  };
  return [
    { provide: DataSource, useFactory: open, inject: [DatabaseConfig, DependencyChecks, Clock, Log] },
    CloseDatabase,
  ];
}

function openMetrics(name: string, config: HttpConfig, checks: DependencyChecks) {
  const metrics = new Metrics();
  metrics.registry.setDefaultLabels({ service: name });
  // The default of 10 ms would be most of the CPU of an idle service.
  if (config.processMetrics)
    collectDefaultMetrics({ register: metrics.registry, eventLoopMonitoringPrecision: 200 });
  new Gauge({
    name: 'lianban_dependency_up',
    help: 'Whether something that the service needs is there (1) or away (0)',
    labelNames: ['dependency'],
    registers: [metrics.registry],
    async collect() {
      for (const [dependency, { status }] of Object.entries(await checks.run()))
        this.set({ dependency }, status === 'up' ? 1 : 0);
    },
  });
  return metrics;
}

const observabilityProviders = (name: string): Provider[] => [
  { provide: Log, useFactory: (root: Log) => root.with({ service: name }), inject: [ROOT_LOG] },
  {
    provide: Metrics,
    useFactory: (config: HttpConfig, checks: DependencyChecks) => openMetrics(name, config, checks),
    inject: [HttpConfig, DependencyChecks],
  },
  ObserveRequests,
  DependencyChecks,
  Lifecycle,
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
      ...(hasDatabase ? [DatabaseConfig] : []),
      ...own,
    ];
    const shared = [
      { provide: SERVICE_OPTIONS, useValue: options },
      Clock,
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
        Clock,
        Log,
        Metrics,
        DependencyChecks,
        Lifecycle,
        ...(hasDatabase ? [DataSource] : []),
      ],
    };
  }
}

/** What the service of a module was declared with. @throws where the module holds no service */
export function optionsOf(module: Type): ServiceOptions {
  const found = findOptions(Reflect.getMetadata('imports', module) as Imported[]);
  if (!found) throw new Error(`${module.name} is no service`);
  return found;
}

type Imported = DynamicModule | Type;

function findOptions(imports: readonly Imported[] = []): ServiceOptions | undefined {
  for (const imported of imports) {
    if (!('module' in imported)) continue;
    const own = imported.providers?.find(
      (provider): provider is ValueProvider<ServiceOptions> =>
        (provider as ValueProvider).provide === SERVICE_OPTIONS,
    );
    const found = own?.useValue ?? findOptions(imported.imports as Imported[]);
    if (found) return found;
  }
  return undefined;
}
