import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KafkaClient, MessagingConfig, prepareDatabase, securityOf } from '@lianban/messaging';
import {
  DatabaseConfig,
  loadConfig,
  openDatabase,
  optionsOf,
  schemaOf,
  waitWhileAway,
  type Environment,
  type Log,
} from '@lianban/service-kit';
import { IsInt, IsNotEmpty, IsString, Min } from 'class-validator';
import pg from 'pg';
import { MODULES } from '../services.js';

/** Where the passwords of the services' roles are, and how often a topic is kept. */
export class SetUpConfig {
  /** A folder with a file for each service that holds its role's password. */
  @IsString() @IsNotEmpty() rolePasswordsDir!: string;
  /** Copies of a topic that is made; the topics of Strimzi are there already. */
  @IsInt() @Min(1) topicReplication: number = 3;
}

export const STEPS = ['prepare', 'migrate', 'topics'] as const;
export type Step = (typeof STEPS)[number];

/** What comes once a release, before the services: each step may be repeated, and waits for what it needs. */
export class SetUp {
  private readonly database: DatabaseConfig;
  private readonly config: SetUpConfig;

  constructor(
    private readonly env: Environment,
    private readonly log: Log,
  ) {
    this.database = loadConfig(DatabaseConfig, env);
    this.config = loadConfig(SetUpConfig, env);
  }

  readonly steps: Record<Step, () => Promise<void>> = {
    prepare: () => this.prepare(),
    migrate: () => this.migrate(),
    topics: () => this.topics(),
  };

  /** As an administrator, or as the database's owner where the roles are there: the database, a role and a schema for each service. */
  private async prepare(): Promise<void> {
    await waitWhileAway(async () => {
      const client = await this.connect();
      try {
        await prepareDatabase(client, (service) => this.passwordOf(service));
      } finally {
        await client.end();
      }
    }, this.warn);
    this.log.log(`prepared the schemas of ${MODULES.size} services`);
  }

  /** As each service's own role, for it owns its tables. */
  private async migrate(): Promise<void> {
    for (const [service, module] of MODULES) {
      const url = new URL(this.database.databaseUrl);
      url.username = schemaOf(service);
      url.password = '';
      const config = Object.assign(new DatabaseConfig(), {
        databaseUrl: url.href,
        databasePasswordFile: this.passwordFileOf(service),
        databasePool: 1,
      });
      const source = await openDatabase(service, config, optionsOf(module), this.warn);
      const [{ count }] = await source.query<[{ count: number }]>(
        'select count(*)::int as count from migration',
      );
      await source.destroy();
      this.log.log(`${service} has ${count} migrations`);
    }
  }

  private async topics(): Promise<void> {
    const config = loadConfig(MessagingConfig, this.env);
    if (config.transport !== 'kafka') return this.log.log('no topics: TRANSPORT is not kafka');
    const client = new KafkaClient(
      {
        brokers: config.kafkaBrokers!,
        clientId: 'set-up',
        prefix: config.topicPrefix,
        security: securityOf(config),
      },
      (level, text) => this.log[level](text),
    );
    const isAway = (): boolean => true;
    const create = (): Promise<string[]> => client.createTopics(this.config.topicReplication);
    const created = await waitWhileAway(create, this.warn, isAway, 'Kafka');
    this.log.log(created.length > 0 ? `made ${created.join(', ')}` : 'every topic is there');
  }

  private async connect(): Promise<pg.Client> {
    const url = new URL(this.database.databaseUrl);
    const { databasePassword, databasePasswordFile } = this.database;
    if (!url.password)
      url.password = encodeURIComponent(
        databasePasswordFile ? readFileSync(databasePasswordFile, 'utf8').trim() : (databasePassword ?? ''),
      );
    const client = new pg.Client(url.href);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if ((error as { code?: string }).code !== '3D000') throw error;
    }
    const name = decodeURIComponent(url.pathname.slice(1));
    url.pathname = 'postgres';
    const first = new pg.Client(url.href);
    await first.connect();
    await first.query(`create database ${first.escapeIdentifier(name)}`);
    await first.end();
    return this.connect();
  }

  private passwordFileOf(service: string): string {
    return join(this.config.rolePasswordsDir, service);
  }

  private passwordOf(service: string): string {
    return readFileSync(this.passwordFileOf(service), 'utf8').trim();
  }

  private readonly warn = (why: string): void => this.log.warn(why);
}
