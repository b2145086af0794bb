import { Controller, Module, type INestApplication, type Type } from '@nestjs/common';
import {
  Checkpoints,
  eventTransport,
  MessagingModule,
  messagingMigrations,
  OnEvents,
  type Checkpoint,
  type UnitOfWork,
} from '@lianban/messaging';
import { createService, Log, ServiceModule, type Environment } from '@lianban/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { anAnswer, aSnapshot, TestAnswer, TestSnapshot } from './test-events.js';

class CreateProjection1790000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table projection (request_id uuid primary key, version integer not null);
      create table effect (id bigint generated always as identity, request_id uuid, version integer);
    `);
  }
  async down(): Promise<void> {}
}

/** The handler fails on a snapshot with this text. */
export const POISON = 'POISON';

/** The smallest reader that only stores: it keeps the highest version, and records each change as an effect. */
@Controller()
class StoreSnapshots {
  @OnEvents(TestSnapshot)
  async handle(events: TestSnapshot[], { manager }: UnitOfWork): Promise<void> {
    if (events.some(({ text }) => text === POISON)) throw new Error('the handler cannot do this one');
    await manager.query(
      `with stored as (
         insert into projection (request_id, version)
         select r, max(v) from unnest($1::uuid[], $2::int[]) as t(r, v) group by r order by r
         on conflict (request_id) do update set version = excluded.version
           where projection.version < excluded.version
         returning request_id, version)
       insert into effect (request_id, version) select request_id, version from stored`,
      [events.map(({ requestId }) => requestId), events.map(({ version }) => version)],
    );
  }
}

/** Swallows what its database refuses. */
@Controller()
class SwallowErrors {
  @OnEvents(TestSnapshot)
  async handle(events: TestSnapshot[], { manager, publish }: UnitOfWork): Promise<void> {
    await manager.query('select 1 / 0').catch(() => {});
    publish(events.map(({ requestId, version }) => anAnswer(version, requestId)));
  }
}

const HOPS = 4;

/** Together with its counterpart a cycle: each event of the one makes an event of the other, a few times. */
@Controller()
class AnswerSnapshots {
  @OnEvents(TestSnapshot)
  async handle(events: TestSnapshot[], { publish }: UnitOfWork): Promise<void> {
    publish(events.map(({ requestId, version }) => anAnswer(version, requestId)));
  }
}

@Controller()
class AnswerAnswers {
  @OnEvents(TestAnswer)
  async handle(events: TestAnswer[], { publish }: UnitOfWork): Promise<void> {
    const next = events.filter(({ version }) => version < HOPS);
    publish(next.map(({ requestId, version }) => aSnapshot(version + 1, requestId)));
  }
}

const imports = (name: string, migrations: readonly (new () => MigrationInterface)[] = []) => [
  ServiceModule.for({ name, migrations: [...messagingMigrations, ...migrations] }),
  MessagingModule.for({ service: name }),
];

@Module({ imports: imports('tracking', [CreateProjection1790000001000]), controllers: [StoreSnapshots] })
export class TestProjection {}

@Module({ imports: imports('notification', [CreateProjection1790000001000]), controllers: [StoreSnapshots] })
export class SecondProjection {}

@Module({ imports: imports('intake'), controllers: [SwallowErrors] })
export class SwallowingIntake {}

@Module({ imports: imports('intake'), controllers: [AnswerSnapshots] })
export class AnsweringIntake {}

@Module({ imports: imports('routing'), controllers: [AnswerAnswers] })
export class AnsweringRouting {}

@Module({ imports: imports('intake') })
export class Intake {}

@Module({ imports: imports('routing') })
export class Routing {}

@Module({ imports: imports('adapter-water') })
export class Water {}

/** The service that each of them is. */
export const SERVICE_OF = new Map<Type, string>([
  [TestProjection, 'tracking'],
  [SecondProjection, 'notification'],
  [SwallowingIntake, 'intake'],
  [AnsweringIntake, 'intake'],
  [AnsweringRouting, 'routing'],
  [Intake, 'intake'],
  [Routing, 'routing'],
  [Water, 'adapter-water'],
]);

export interface TestServiceOptions {
  module: Type;
  env: Environment;
  log?: (line: string) => void;
  /** Is called at every checkpoint; may stop the process there. */
  onStep?: (step: Checkpoint) => void | Promise<void>;
}

/** A service of the conformance suite, made but not yet taking part. */
export async function createTestService({
  module,
  env,
  log = () => {},
  onStep,
}: TestServiceOptions): Promise<INestApplication> {
  const logger = Log.to({ write: log }, 'warn');
  const app = await createService(module, { env: { ...ISSUER, ...env }, transport: eventTransport, logger });
  if (onStep) app.get(Checkpoints).reach = onStep;
  return app;
}

const ISSUER = { PORT: '0', OIDC_ISSUER: 'http://127.0.0.1:1/issuer', OIDC_AUDIENCE: 'lianban' };
