import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { OperationBody } from '@lianban/adapter-kit';
import { loadCatalogue, type Provider } from '@lianban/catalogue';
import { AdapterFixture, aDesiredState, nextDesiredState } from '../adapter-fixture.js';
import { inHouseDialects } from '../catalogue-copy.js';
import { describeDriver, type ScriptedProvider } from '../describe-driver.js';
import { aDriverContext } from '../driver-context.js';
import { eventually } from '../eventually.js';
import { LoopbackServer } from '../loopback-server.js';
import { SimulatorProcess } from '../simulator-process.js';
import { OrderDeskDriver } from './order-desk.driver.js';

const PROVIDER = 'jinan-gas';
const README = new URL('../../../../README.md', import.meta.url);
/** What the recipe writes into the provider's row. */
const row = (() => {
  const [, text = ''] = /\*\*Add a dialect\.\*\*(.*?)\n## /s.exec(readFileSync(README, 'utf8')) ?? [];
  return JSON.parse(/```json(.*?)```/s.exec(text)![1]!) as Partial<Provider> & { endpoint: string };
})();

type Sent = Pick<OperationBody, 'kind' | 'placement' | 'dossier'>;

/** A company's order desk: what it took, what it has to tell, and how it misbehaves. */
class OrderDesk extends LoopbackServer implements ScriptedProvider {
  readonly id = PROVIDER;
  readonly utility = 'gas';
  private readonly orders = new Map<string, Sent & { effects: number }>();
  private readonly news: object[] = [];
  private refusal?: string;
  private fault?: 'lose' | 'delay' | number;

  protected readonly server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const [status, body] = this.answer(request, text);
    if (request.method === 'PUT' && status === 200) {
      if (this.fault === 'lose') return request.socket.destroy();
      if (this.fault === 'delay') return this.answerLater.push(response);
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  private readonly answerLater: ServerResponse[] = [];

  refuse = async (reason: string) => void (this.refusal = reason);
  loseAnswer = async () => void (this.fault = 'lose');
  answerTooLate = async () => void (this.fault = 'delay');
  fail = async (status: number) => void (this.fault = status);
  clearFaults = async () => void Object.assign(this, { refusal: undefined, fault: undefined });
  effects = async (operation: string) => this.orders.get(operation)?.effects ?? 0;

  /** What it took for a placement, oldest first. */
  taken(placement: string): (Sent & { effects: number })[] {
    return [...this.orders.values()].filter((order) => order.placement === placement);
  }

  tell(placement: string, state: string): void {
    this.news.push({ id: `N${this.news.length}`, placement, state, at: new Date().toISOString() });
  }

  private answer({ method, url, headers }: IncomingMessage, text: string): [number, object] {
    const password = Buffer.from(`lianban:${SimulatorProcess.secretOf(PROVIDER)}`).toString('base64');
    if (headers.authorization !== `Basic ${password}`) return [401, {}];
    if (method === 'GET') {
      const after = Number(new URL(url!, 'http://desk').searchParams.get('after'));
      return [200, { items: this.news.slice(after), next: String(this.news.length) }];
    }
    if (typeof this.fault === 'number') return [this.fault, {}];
    if (this.refusal) return [422, { reason: this.refusal, text: '不予办理' }];
    const operation = url!.split('/').at(-1)!;
    if (!this.orders.has(operation)) {
      const order = JSON.parse(text) as Sent;
      this.orders.set(operation, { ...order, effects: 1 });
      this.tell(order.placement, order.kind === 'withdraw' ? 'cancelled' : 'accepted');
    }
    return [200, { number: `D-${[...this.orders.keys()].indexOf(operation)}` }];
  }
}

describe('the dialect that README adds as its example', () => {
  let desk: OrderDesk;
  let url: string;
  beforeAll(async () => {
    desk = new OrderDesk();
    url = await desk.open();
  });
  afterAll(() => desk.close());

  describeDriver(
    'order-desk',
    'idempotency-key',
    ({ unreachable, wrongSecret }) =>
      new OrderDeskDriver(
        aDriverContext({
          provider: { ...loadCatalogue().provider(PROVIDER)!, ...row },
          endpoint: (unreachable ? 'http://127.0.0.1:1' : url) + row.endpoint,
          secret: [SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : PROVIDER)],
        }),
      ),
    () => desk,
  );

  describe('in an adapter', () => {
    let fixture: AdapterFixture;
    beforeAll(async () => {
      fixture = await AdapterFixture.open({
        utility: 'gas',
        providers: [PROVIDER, 'zibo-gas'],
        providersUrl: url,
        env: { DELIVERY_MAX_TRIES: '1000' },
        dialects: { 'order-desk': (context) => new OrderDeskDriver(context) },
        change: (given) => (given.id === PROVIDER ? { ...given, ...row } : inHouseDialects(given)),
      });
    });
    afterEach(() => desk.clearFaults());
    afterAll(() => fixture.close());

    const placed = async () => {
      const desired = aDesiredState({ utility: 'gas', provider: PROVIDER });
      await fixture.publishDesired(desired);
      await fixture.untilPublished(desired.requestId, { state: 'accepted' });
      return { desired, placement: fixture.nameOf(desired.requestId) };
    };

    it('brings a job to its end', async () => {
      const { desired, placement } = await placed();
      desk.tell(placement, 'in-progress');
      desk.tell(placement, 'completed');
      const { reference } = await fixture.untilPublished(desired.requestId, { state: 'completed' });
      expect(reference).toMatch(/^D-\d+$/);
      expect(desk.taken(placement)).toMatchObject([{ kind: 'place', effects: 1 }]);
    });

    it('tells an amendment and a withdrawal', async () => {
      const { desired, placement } = await placed();
      const amended = nextDesiredState(desired, {}, { fields: { usage: 'commercial' } });
      await fixture.publishDesired(amended);
      await eventually(() => expect(desk.taken(placement)).toHaveLength(2));
      await fixture.publishDesired(nextDesiredState(amended, { cancelReason: 'withdrawn-by-applicant' }));
      await fixture.untilPublished(desired.requestId, { state: 'cancelled', withdrawal: 'agreed' });
      expect(desk.taken(placement)).toMatchObject([
        { kind: 'place' },
        { kind: 'correct', dossier: { fields: { usage: 'commercial' } } },
        { kind: 'withdraw' },
      ]);
    });

    it('has a job done once whose answer was lost', async () => {
      await desk.loseAnswer();
      const desired = aDesiredState({ utility: 'gas', provider: PROVIDER });
      await fixture.publishDesired(desired);
      await fixture.untilPublished(desired.requestId, { operation: { delivery: 'unknown' } });
      await desk.clearFaults();
      await fixture.untilPublished(desired.requestId, { state: 'accepted', delivered: true });
      expect(desk.taken(fixture.nameOf(desired.requestId))).toMatchObject([{ kind: 'place', effects: 1 }]);
    });
  });
});
