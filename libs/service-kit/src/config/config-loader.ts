import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { IsInt, Min } from 'class-validator';
import { ROOT_LOG } from '../logging/root-log.js';
import type { Log } from '../logging/log.js';
import { ENVIRONMENT, type Environment } from './environment.js';
import {
  ConfigInvalid,
  loadConfig,
  loadConfigs,
  secretFieldsOf,
  variableOf,
  type ConfigClass,
} from './load-config.js';

export class SecretFilesConfig {
  /** Interval of looking whether a file with a secret has changed. */
  @IsInt()
  @Min(10)
  secretFilesCheckMs: number = 10_000;
}

/** Reads configuration, and puts a secret whose file has changed into the object that was read before. */
@Injectable()
export class ConfigLoader implements OnApplicationShutdown {
  private readonly watched = new Map<object, string[]>();
  private timer?: NodeJS.Timeout;
  private lastWarning?: string;

  constructor(
    @Inject(ENVIRONMENT) readonly env: Environment,
    @Inject(ROOT_LOG) private readonly log: Log,
  ) {}

  /** @throws ConfigInvalid with every error in every class */
  loadAll(classes: readonly ConfigClass[]): object[] {
    const configs = loadConfigs(classes, this.env);
    for (const [index, config] of configs.entries()) this.watch(classes[index]!, config);
    return configs;
  }

  load<T extends object>(Config: ConfigClass<T>): T {
    return this.loadAll([Config])[0] as T;
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private watch(Config: ConfigClass, config: object): void {
    const fields = secretFieldsOf(Config).filter((field) => this.env[`${variableOf(field)}_FILE`]);
    if (fields.length === 0) return;
    this.watched.set(config, fields);
    const { secretFilesCheckMs } = loadConfig(SecretFilesConfig, this.env);
    this.timer ??= setInterval(() => this.checkFiles(), secretFilesCheckMs).unref();
  }

  private checkFiles(): void {
    for (const [config, fields] of this.watched) {
      try {
        const now = loadConfig(config.constructor as ConfigClass, this.env);
        for (const field of fields) this.replace(config, now, field);
        this.lastWarning = undefined;
      } catch (error) {
        if (!(error instanceof ConfigInvalid)) throw error;
        if (error.message !== this.lastWarning)
          this.log.warn(`a changed file cannot be used, what it held before stays: ${error.message}`);
        this.lastWarning = error.message;
      }
    }
  }

  private replace(config: object, now: object, field: string): void {
    const [before, after] = [config, now].map((each) => (each as Record<string, unknown>)[field]);
    if (String(before) === String(after)) return;
    Object.assign(config, { [field]: after });
    this.log.log(`${variableOf(field)} was read again from its file`);
  }
}

/** Provides a configuration class, read from the environment. */
export const provideConfig = <T extends object>(Config: ConfigClass<T>) => ({
  provide: Config,
  inject: [ConfigLoader],
  useFactory: (loader: ConfigLoader) => loader.load(Config),
});
