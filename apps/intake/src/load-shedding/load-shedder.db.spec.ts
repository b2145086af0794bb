import { randomUUID } from 'node:crypto';
import { Controller, Module } from '@nestjs/common';
import { DossierChanged } from '@lianban/contracts';
import {
  eventTransport,
  MessagingModule,
  messagingMigrations,
  OnEvents,
  type UnitOfWork,
} from '@lianban/messaging';
import { createService, Log, ServiceModule, startListening } from '@lianban/service-kit';
import { aDatabase, aRegistration, eventually, TestIssuer, type TestDatabase } from '@lianban/testing';
import { v7 } from 'uuid';
import { IntakeModule } from '../intake.module.js';
import { aStatus } from '../job-states/status.mother.js';

let secondsEach = 0.1;
const MAX_CROWDS = 2_000;

/** Routing, as slow as it is told to be. */
@Controller()
class SlowRouting {
  @OnEvents(DossierChanged)
  async handle(dossiers: DossierChanged[], { manager, publish }: UnitOfWork): Promise<void> {
    await manager.query('select pg_sleep($1)', [dossiers.length * secondsEach]);
    publish(dossiers.map(({ requestId, version }) => aStatus(requestId, version)));
  }
}

@Module({
  imports: [
    ServiceModule.for({ name: 'routing', migrations: messagingMigrations }),
    MessagingModule.for({ service: 'routing' }),
  ],
  controllers: [SlowRouting],
})
class Routing {}

describe('a counter whose requests are carried on slowly', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let intake: Awaited<ReturnType<typeof createService>>;
  let routing: Awaited<ReturnType<typeof createService>>;
  let address: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    const start = (module: typeof IntakeModule | typeof Routing, service: string) =>
      createService(module, {
        env: {
          ...issuer.env,
          PORT: '0',
          DATABASE_URL: database.urlOf(service),
          QUERY_CODE_SECRET: `1:${'a'.repeat(32)}`,
          BATCH_SIZE: '6',
        },
        transport: eventTransport,
        logger: Log.to({ write: () => {} }),
      });
    [intake, routing] = [await start(IntakeModule, 'intake'), await start(Routing, 'routing')];
    address = await startListening(intake);
    await startListening(routing);
    const token = await issuer.token({ claims: { role: 'clerk', hall: 'lixia', sub: 'clerk-1' } });
    headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  });

  afterAll(async () => {
    await intake.close();
    await routing.close();
    await issuer.stop();
    await database.drop();
  });

  const register = (key: string = randomUUID()) =>
    fetch(`${address}/v1/requests`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': key },
      body: JSON.stringify(aRegistration('water')),
    });
  const crowd = () => Promise.all(Array.from({ length: 20 }, () => register()));

  it('refuses new requests while readers are behind, nothing else, and accepts everything again when they have caught up', async () => {
    // The clock was an hour ahead, and has been put right.
    jest.spyOn(Date, 'now').mockReturnValueOnce(Date.now() + 3_600_000);
    v7();
    const key = randomUUID();
    const first = await register(key);
    const receipt = (await first.json()) as { receiptNumber: string };
    let refused: Response | undefined;
    for (let crowds = 0; !refused && crowds < MAX_CROWDS; crowds++)
      refused = (await crowd()).find(({ status }) => status !== 201);
    expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused!.json()).toMatchObject({ code: 'too-busy' });

    const again = await register(key);
    expect([again.status, await again.json()]).toEqual([201, receipt]);
    const read = await fetch(`${address}/v1/requests/${receipt.receiptNumber}`, { headers });
    expect(read.status).toBe(200);
    const withdrawn = await fetch(`${address}/v1/requests/${receipt.receiptNumber}/withdrawal`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ reason: 'no-longer-needed' }),
    });
    expect(withdrawn.status).not.toBe(503);

    secondsEach = 0;
    await eventually(async () =>
      expect((await crowd()).map(({ status }) => status)).toEqual(Array(20).fill(201)),
    );
  });
});
