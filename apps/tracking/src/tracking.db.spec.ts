import { Module } from '@nestjs/common';
import type { Keyed } from '@lianban/contracts';
import { eventTransport, MessagingModule, messagingMigrations, Transaction } from '@lianban/messaging';
import { Clock, createService, Log, ServiceModule, startListening } from '@lianban/service-kit';
import {
  aDatabase,
  eventually,
  Intake,
  make,
  Routing,
  TestIssuer,
  type TestDatabase,
} from '@lianban/testing';
import type { RequestStatus } from './status/request-status.js';
import { aDecision, aProgress, aRequest, CODE } from './tracking.mother.js';
import { TrackingModule } from './tracking.module.js';

interface Board {
  requests: (Pick<RequestStatus, 'receiptNumber' | 'phase'> & { nextDueDate?: string })[];
  next?: string;
}

const NOW = new Date('2026-05-20T02:00:00Z');

@Module({
  imports: [
    ServiceModule.for({ name: 'adapter-water', migrations: messagingMigrations }),
    MessagingModule.for({ service: 'adapter-water' }),
  ],
})
class Adapter {}

describe('tracking', () => {
  let issuer: TestIssuer;
  let database: TestDatabase;
  let address: string;
  let app: Awaited<ReturnType<typeof createService>>;
  let publishers: Record<'intake' | 'routing' | 'adapter', Awaited<ReturnType<typeof make>>>;
  let clerk: Record<string, string>;

  const envOf = (service: string) => ({
    ...issuer.env,
    PORT: '0',
    DATABASE_URL: database.urlOf(service),
    WATCH_INTERVAL: '50',
  });
  const start = () =>
    createService(TrackingModule, {
      env: envOf('tracking'),
      transport: eventTransport,
      logger: Log.to({ write: () => {} }),
    });

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    database = await aDatabase();
    app = await start();
    publishers = {
      intake: await make({ module: Intake, env: envOf('intake') }),
      routing: await make({ module: Routing, env: envOf('routing') }),
      adapter: await make({ module: Adapter, env: envOf('adapter-water') }),
    };
    await database.createViews();
    await Promise.all(Object.values(publishers).map((publisher) => publisher.init()));
    address = await startListening(app);
    app.get(Clock).now = () => NOW;
    clerk = await asClerk('lixia');
  });

  afterAll(async () => {
    await app.close();
    await Promise.all(Object.values(publishers).map((publisher) => publisher.close()));
    await issuer.stop();
    await database.drop();
  });

  const asClerk = async (hall: string) => ({
    authorization: `Bearer ${await issuer.token({ claims: { role: 'clerk', hall } })}`,
  });
  const publish = (by: keyof typeof publishers, ...events: Keyed[]) =>
    publishers[by].get(Transaction).run(async (work) => work.publish(events));

  async function get<T = RequestStatus & { code?: string }>(path: string, headers: Record<string, string>) {
    const answer = await fetch(`${address}/v1/track/${path}`, { headers });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T };
  }
  const read = (receipt: string, code = CODE) => get(receipt, { 'x-query-code': code });

  describe('a status', () => {
    it('is what intake, the adapters and routing said last', async () => {
      const request = aRequest();
      const { requestId, receiptNumber } = request;
      await publish(
        'adapter',
        aProgress(requestId, 'water', { version: 2, state: 'accepted', accepted: true }),
      );
      await publish('routing', aDecision(requestId));
      await publish('intake', request);
      const { body, status, headers } = await eventually(async () => {
        const answer = await read(receiptNumber);
        expect(answer.body).toMatchObject({ phase: 'under-way', nextDueDate: '2026-05-27' });
        return answer;
      });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.parts.map(({ utility, state }) => [utility, state])).toEqual([
        ['water', 'accepted'],
        ['gas', 'placed'],
      ]);
    });
  });

  describe("the list of a clerk's hall", () => {
    it('shows the newest first, and nothing of another hall', async () => {
      const [older, newer, foreign] = [
        aRequest({ registeredAt: '2026-05-12T02:00:00.000Z', hall: 'huaiyin' }),
        aRequest({ registeredAt: '2026-05-13T02:00:00.000Z', hall: 'huaiyin' }),
        aRequest({ hall: 'elsewhere' }),
      ];
      await publish('intake', foreign, newer, older);
      const { body } = await eventually(async () => {
        const answer = await get<Board>('requests', await asClerk('huaiyin'));
        expect(answer.body.requests).toHaveLength(2);
        return answer;
      });
      expect(body.requests.map(({ receiptNumber }) => receiptNumber)).toEqual([
        newer.receiptNumber,
        older.receiptNumber,
      ]);
      expect((await get(`requests/${foreign.receiptNumber}`, clerk)).body.code).toBe('no-such-thing');
    });
  });
});
