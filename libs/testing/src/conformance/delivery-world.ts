import { randomUUID } from 'node:crypto';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ContactChanged, RequestStatusChanged, type RequestEvent } from '@lianban/contracts';
import {
  appendToOutbox,
  encode,
  Transaction,
  type OutgoingMessage,
  type Checkpoint,
} from '@lianban/messaging';
import { startListening } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { aDatabase, aKafka, type TestDatabase, type TestKafka } from '../engines.js';
import { Intake, Keeper, make, Routing, type Started } from './keeper.js';

export type TransportName = 'postgres' | 'kafka';
const SERVICE_OF = new Map<Started['module'], string>([
  [Intake, 'intake'],
  [Routing, 'routing'],
  [Keeper, 'notification'],
]);

export interface StartOptions {
  env?: Record<string, string>;
  onStep?: (step: Checkpoint) => void | Promise<void>;
  log?: (line: string) => void;
  databasePort?: number;
}

/** A small house: intake and routing publish, keepers keep, over one transport and a real database. */
export class DeliveryWorld {
  private readonly apps: INestApplication[] = [];
  intake!: INestApplication;
  routing!: INestApplication;

  private constructor(
    readonly transport: TransportName,
    readonly database: TestDatabase,
    readonly kafka?: TestKafka,
  ) {}

  static async open(transport: TransportName, brokers?: string): Promise<DeliveryWorld> {
    const kafka = transport === 'kafka' ? await aKafka(brokers) : undefined;
    const world = new DeliveryWorld(transport, await aDatabase(), kafka);
    const modules = [Intake, Routing, Keeper] as const;
    const made = await Promise.all(modules.map((module) => make({ module, env: world.envOf(module) })));
    await world.database.createViews();
    await made[2]!.close();
    [world.intake, world.routing] = (await Promise.all(made.slice(0, 2).map((app) => world.enter(app)))) as [
      INestApplication,
      INestApplication,
    ];
    return world;
  }

  envOf(module: Started['module'], { env, databasePort }: StartOptions = {}): Record<string, string> {
    const url = this.database.urlOf(SERVICE_OF.get(module)!, databasePort);
    return { DATABASE_URL: url, DATABASE_POOL: '5', POLL_INTERVAL: '50', ...this.kafka?.env, ...env };
  }

  async start(module: Started['module'], options: StartOptions = {}): Promise<INestApplication> {
    return this.enter(await make({ ...options, module, env: this.envOf(module, options) }));
  }

  private async enter(app: INestApplication): Promise<INestApplication> {
    this.apps.push(app);
    await startListening(app as NestFastifyApplication);
    return app;
  }

  /** Publishes as a use case of that service does. */
  async publish(
    events: RequestEvent | readonly RequestEvent[],
    by: INestApplication = this.intake,
  ): Promise<void> {
    await by.get(Transaction).run(async ({ publish }) => publish(events));
  }

  /** Puts records on the way as they are, past every check of the publisher. */
  async inject(records: readonly OutgoingMessage[]): Promise<void> {
    if (!this.kafka) return this.injectInto(this.intake.get(DataSource), records);
    const producer = await this.kafka.client.producer();
    await producer.send(records);
    await producer.close();
  }

  private injectInto(dataSource: DataSource, records: readonly OutgoingMessage[]): Promise<void> {
    return dataSource.transaction(async (manager) => {
      await appendToOutbox(
        manager,
        records.map((record) => ({ ...record, body: '{}' })),
      );
      await manager.query(
        'update outbox set body = n.body from unnest($1::uuid[], $2::text[]) n(id, body) where event_id = n.id',
        [records.map(({ id }) => id), records.map(({ body }) => body)],
      );
    });
  }

  record(event: RequestEvent, changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
    return { ...encode(event, 'intake', new Date()), ...changes };
  }

  async query<T>(service: 'intake' | 'notification', sql: string, values: unknown[] = []): Promise<T[]> {
    return this.intake.get(DataSource).query(sql.replaceAll('$schema', service), values);
  }

  async stop(app: INestApplication): Promise<void> {
    this.apps.splice(this.apps.indexOf(app), 1);
    await app.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
    await this.database.drop();
  }
}

/** A contact as intake publishes it. */
export function aRequest(
  version = 1,
  requestId: string = randomUUID(),
  changes: Partial<ContactChanged> = {},
): ContactChanged {
  return Object.assign(new ContactChanged(), {
    requestId,
    version,
    phone: '13800138000',
    language: 'zh-CN',
    ...changes,
  });
}

/** A status as routing publishes it. */
export function aDecision(version: number, requestId: string): RequestStatusChanged {
  return Object.assign(new RequestStatusChanged(), {
    requestId,
    version,
    receiptNumber: 'LB370102-20261123-J-00001-A',
    queryCodeHash: '0'.repeat(64),
    hall: 'lixia',
    matter: 'JOINT_NEW',
    applicantMasked: '张*',
    registeredAt: '2026-11-23T01:00:00.000Z',
    phase: 'registered',
    attention: 'none',
    jobs: [],
    pendingMaterials: [],
    facts: [],
  });
}
