import type { INestApplication, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RequestEvent } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import {
  encode,
  Outbox,
  Transaction,
  type Checkpoint,
  type OutboxRow,
  type OutgoingMessage,
  type TransportName,
} from '@lianban/messaging';
import { startListening } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { aDatabase, aKafka, type TestDatabase, type TestKafka } from '../engines.js';
import { createTestService, Routing, SERVICE_OF } from './test-services.js';

export interface StartOptions {
  env?: Record<string, string>;
  onStep?: (step: Checkpoint) => void | Promise<void>;
  log?: (line: string) => void;
  databasePort?: number;
}

/** Engines other than those of the run. */
export interface EngineOptions {
  brokers?: string;
  clusterUrl?: string;
}

/** A few services over one transport and a real database: routing publishes, projections store. */
export class MessagingFixture {
  private readonly apps: INestApplication[] = [];
  publisher!: INestApplication;

  private constructor(
    readonly transport: TransportName,
    readonly database: TestDatabase,
    readonly kafka?: TestKafka,
  ) {}

  /** Without a publisher yet. */
  static async prepare(
    transport: TransportName,
    { brokers, clusterUrl }: EngineOptions = {},
  ): Promise<MessagingFixture> {
    const kafka = transport === 'kafka' ? await aKafka(brokers) : undefined;
    return new MessagingFixture(transport, await aDatabase(clusterUrl), kafka);
  }

  static async open(
    transport: TransportName,
    options: StartOptions & EngineOptions = {},
  ): Promise<MessagingFixture> {
    const fixture = await MessagingFixture.prepare(transport, options);
    fixture.publisher = await fixture.start(Routing, options);
    return fixture;
  }

  envOf(module: Type, { env, databasePort }: StartOptions = {}): Record<string, string> {
    const url = this.database.urlOf(SERVICE_OF.get(module)!, databasePort);
    return { DATABASE_URL: url, DATABASE_POOL: '5', OUTBOX_SWEEP_MS: '200', ...this.kafka?.env, ...env };
  }

  async start(module: Type, options: StartOptions = {}): Promise<INestApplication> {
    const app = await createTestService({ ...options, module, env: this.envOf(module, options) });
    this.apps.push(app);
    await startListening(app as NestFastifyApplication);
    return app;
  }

  /** Publishes as a use case of that service does. */
  async publish(
    events: RequestEvent | readonly RequestEvent[],
    by: INestApplication = this.publisher,
  ): Promise<void> {
    await by.get(Transaction).run(async ({ publish }) => publish(events));
  }

  /** Sends records as they are, past every check of the publisher. */
  async inject(records: readonly OutgoingMessage[]): Promise<void> {
    if (!this.kafka) return this.publisher.get(Outbox).send(await this.insert(records));
    const producer = await this.kafka.client.producer();
    await producer.send(records);
    await producer.close();
  }

  /** Rows of the publisher that nobody has in memory. */
  async insert(records: readonly OutgoingMessage[]): Promise<OutboxRow[]> {
    const source = this.publisher.get(DataSource);
    const rows: OutboxRow[] = [];
    for (const record of records) {
      const [{ id }] = await source.query<[{ id: string }]>(
        `insert into outbox (event_ids, type, time, keys, topic, bodies)
         values (array[$1::uuid], $2, $3, array[$4::uuid], $5, $6) returning id`,
        [record.id, record.type, record.time, record.key, record.topic, record.body],
      );
      rows.push({ rowId: id, topic: record.topic, messages: [record] });
    }
    return rows;
  }

  record(event: RequestEvent, changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
    return { ...encode(event, 'routing', new Date()), ...changes };
  }

  /** As an administrator, with the schema's name before each table. */
  query<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    return asAdmin(this.database.adminUrl, async (client) => (await client.query(sql, values)).rows as T[]);
  }

  async count(table: string, where = 'true'): Promise<number> {
    const [row] = await this.query<{ count: string }>(`select count(*) from ${table} where ${where}`);
    return Number(row!.count);
  }

  /** What a projection has stored of these requests, change by change. */
  async effectsOf(ids: readonly string[], service = 'tracking'): Promise<{ id: string; version: number }[]> {
    return this.query(
      `select request_id as id, version from ${service}.effect where request_id = any($1::uuid[]) order by effect.id`,
      [ids],
    );
  }

  async stop(app: INestApplication): Promise<void> {
    this.apps.splice(this.apps.indexOf(app), 1);
    await app.close();
  }

  async close(): Promise<void> {
    for (const app of this.apps.toReversed()) await app.close();
    await this.database.drop();
  }
}
