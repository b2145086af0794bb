import { Controller, Module, type INestApplication } from '@nestjs/common';
import { ContactChanged, RequestStatusChanged } from '@lianban/contracts';
import {
  eventTransport,
  MessagingModule,
  messagingMigrations,
  OnEvents,
  Checkpoints,
  type Checkpoint,
  type UnitOfWork,
} from '@lianban/messaging';
import { createService, Log, ServiceModule, type Environment } from '@lianban/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateKept1790000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kept (request_id uuid, source text, version integer, primary key (request_id, source));
      create table effect (id bigint generated always as identity, request_id uuid, source text, version integer);
    `);
  }
  async down(): Promise<void> {}
}

/** The handler fails on a contact with this phone. */
export const POISON = 'POISON';

/** The smallest state keeper: of each source it keeps the highest version, and writes down every call. */
async function keep(
  rows: { requestId: string; version: number; phone?: string }[],
  source: string,
  { manager }: UnitOfWork,
): Promise<void> {
  if (rows.some(({ phone }) => phone === POISON)) throw new Error('the handler cannot do this one');
  const values = [rows.map(({ requestId }) => requestId), rows.map(({ version }) => version), source];
  await manager.query(
    `insert into effect (request_id, version, source) select r, v, $3 from unnest($1::uuid[], $2::int[]) as t(r, v)`,
    values,
  );
  await manager.query(
    `insert into kept (request_id, version, source)
     select r, max(v), $3 from unnest($1::uuid[], $2::int[]) as t(r, v) group by r order by r
     on conflict (request_id, source) do update set version = excluded.version where kept.version < excluded.version`,
    values,
  );
}

@Controller()
class KeepRequests {
  @OnEvents(ContactChanged)
  requests(events: ContactChanged[], work: UnitOfWork): Promise<void> {
    return keep(events, 'intake', work);
  }

  @OnEvents(RequestStatusChanged)
  decisions(events: RequestStatusChanged[], work: UnitOfWork): Promise<void> {
    return keep(events, 'routing', work);
  }
}

const migrations = [...messagingMigrations, CreateKept1790000001000];

@Module({
  imports: [
    ServiceModule.for({ name: 'notification', migrations }),
    MessagingModule.for({ service: 'notification' }),
  ],
  controllers: [KeepRequests],
})
export class Keeper {}

@Module({
  imports: [
    ServiceModule.for({ name: 'intake', migrations: messagingMigrations }),
    MessagingModule.for({ service: 'intake' }),
  ],
})
export class Intake {}

@Module({
  imports: [
    ServiceModule.for({ name: 'routing', migrations: messagingMigrations }),
    MessagingModule.for({ service: 'routing' }),
  ],
})
export class Routing {}

@Module({
  imports: [
    ServiceModule.for({ name: 'adapter-water', migrations: messagingMigrations }),
    MessagingModule.for({ service: 'adapter-water' }),
  ],
})
export class Water {}

export interface Started {
  module: typeof Keeper | typeof Intake | typeof Routing | typeof Water;
  env: Environment;
  log?: (line: string) => void;
  /** Told of every step; may stop the process there. */
  onStep?: (step: Checkpoint) => void | Promise<void>;
}

/** A service of the conformance suite, made but not yet taking part. */
export async function make({ module, env, log = () => {}, onStep }: Started): Promise<INestApplication> {
  const logger = Log.to({ write: log }, 'warn');
  const app = await createService(module, { env: { ...ISSUER, ...env }, transport: eventTransport, logger });
  if (onStep) app.get(Checkpoints).reach = onStep;
  return app;
}

const ISSUER = { PORT: '0', OIDC_ISSUER: 'http://127.0.0.1:1/issuer', OIDC_AUDIENCE: 'lianban' };
