import { createServer, type Server } from 'node:http';
import { createHmac } from 'node:crypto';
import { ProviderUnknown, type DriverContext } from '@lianban/adapter-kit';
import { loadCatalogue } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  aDriverContext,
  CIRCUIT_OPENS_SOON,
  describeConversation,
  describeSecondOrder,
  anOperation,
  eventually,
  LoopbackServer,
  SimulatorProcess,
  asShipped,
} from '@lianban/testing';
import { Tmf641Driver } from './tmf641.driver.js';

const CARRIERS = ['jinan-mobile', 'jinan-unicom', 'zibo-telecom'];
/** As shipped. */
const adapter = {
  utility: 'telecom' as const,
  providers: CARRIERS,
  dialects: { tmf641: (context: DriverContext) => new Tmf641Driver(context) },
  change: asShipped,
};

const aJob = (provider: string): JobDesired =>
  aDesiredState(
    { utility: 'telecom', provider },
    { matter: 'TEL_NEW', fields: { carrier: 'unicom', bandwidth: 500 }, materials: [] },
  );

describe('a carrier that speaks TMF641', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({ ...adapter, env: CIRCUIT_OPENS_SOON });
  });
  afterEach(() => fixture.simulator.clearFaults());
  afterAll(() => fixture.close());

  const timesCalled = async (): Promise<number> => {
    const totals = await fetch(`${fixture.simulator.url}/control/totals`);
    return ((await totals.json()) as { reportsSent: number }).reportsSent;
  };

  describe.each([
    ['calls with whole orders', 'jinan-mobile', 'jinan-unicom'],
    ['never calls', 'zibo-telecom', 'jinan-mobile'],
  ])('and %s', (_, provider, otherProvider) =>
    describeConversation(
      {
        provider,
        otherProvider,
        matter: 'TEL_NEW',
        fields: [
          { carrier: 'unicom', bandwidth: 500 },
          { carrier: 'unicom', bandwidth: 1000 },
        ],
        reports: ['twice', 'out-of-order', 'late', 'wrong-schema', 'never'],
        lists: true,
      },
      () => fixture,
    ),
  );

  it.each([
    ['with whole orders', 'jinan-mobile'],
    ['with the id alone, below our address', 'jinan-unicom'],
  ])('calls %s', async (_, provider) => {
    const before = await timesCalled();
    const job = aJob(provider);
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
    await eventually(async () => expect(await timesCalled()).toBeGreaterThan(before));
  });
});

describe.each([
  ['calls', 'jinan-mobile'],
  ['never calls', 'zibo-telecom'],
])('a carrier that %s', (_, provider) =>
  describeSecondOrder(adapter, {
    provider,
    dossier: { matter: 'TEL_NEW', fields: { carrier: 'unicom', bandwidth: 500 }, materials: [] },
    isPlacing: ({ method, url }) => method === 'POST' && url!.endsWith('/serviceOrder'),
    isCancelling: ({ method, url }) => method === 'POST' && url!.endsWith('/cancelServiceOrder'),
  }),
);

const contextOf = (endpoint: string) =>
  aDriverContext({ provider: loadCatalogue().provider('jinan-mobile')!, endpoint, secret: ['secret'] });

/** A carrier that shows one order, whichever way it likes, and takes everything. */
class OddCarrier extends LoopbackServer {
  /** What it says of every order beside its id. */
  order: object = {};
  /** The answer to every order that is placed, in place of that. */
  placing?: [status: number, body: unknown];
  /** Orders of others that it lists as well. */
  others: object[] = [];
  readonly placed: { externalId: string }[] = [];
  hub: { callback: string }[] = [];
  protected readonly server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = text ? (JSON.parse(text) as never) : undefined;
    const [status, answer] = this.answer(request.method!, request.url!, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });

  show({ externalId }: { externalId: string }): object {
    const id = `o${this.placed.findIndex((each) => each.externalId === externalId)}`;
    return { id, externalId, state: 'acknowledged', ...this.order };
  }

  private answer(method: string, path: string, body?: never): [number, unknown] {
    if (path.endsWith('/hub')) return [201, { id: `h${this.hub.push(body!)}` }];
    if (method === 'POST') {
      if (this.placing) return this.placing;
      this.placed.push(body!);
      return [201, this.show(body!)];
    }
    const asked = /externalId=(.*)$/.exec(path)?.[1];
    if (asked === undefined) {
      const one = this.placed[Number(/\/o(\d+)$/.exec(path)?.[1])];
      return one ? [200, this.show(one)] : [200, { id: 'x', externalId: 'order 77 of somebody else' }];
    }
    const found = this.placed.filter(({ externalId }) => externalId === decodeURIComponent(asked));
    return [200, [...found.map((each) => this.show(each)), ...this.others]];
  }
}

describe('a carrier that speaks TMF641 badly', () => {
  const carrier = new OddCarrier();
  let fixture: AdapterFixture;
  let providersUrl: string;
  beforeAll(async () => {
    providersUrl = await carrier.open();
    fixture = await AdapterFixture.open({ ...adapter, providersUrl });
  });
  beforeEach(() => Object.assign(carrier, { order: {}, placing: undefined, others: [] }));
  afterAll(async () => {
    await fixture.close();
    carrier.close();
  });

  async function aPlacedJob(): Promise<JobDesired> {
    const job = aJob('jinan-mobile');
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'delivered' } });
    return job;
  }

  const untilFound = (requestId: string, kind: string) =>
    eventually(async () => {
      const found = await fixture.query('select kind from finding where request_id = $1', [requestId]);
      expect(found).toEqual([{ kind }]);
    });

  it.each([
    ['a state that nobody knows', { state: 'onHoliday' }],
    ['a state that every object has', { state: 'toString' }],
    ['an item list shorter than ours', { state: 'completed', serviceOrderItem: [] }],
    ['no state, and no items to tell it by', { state: undefined }],
  ])('with %s leaves the job as it is, and an operator sees a finding', async (_, order) => {
    const job = await aPlacedJob();
    carrier.order = order;
    await untilFound(job.requestId, 'unknown-state');
    expect((await fixture.published(job.requestId)).at(-1)).toMatchObject({ state: 'placed' });
    carrier.order = { state: 'completed' };
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('with a reason that nobody knows has its state applied', async () => {
    const job = await aPlacedJob();
    carrier.order = { state: 'held', errorMessage: [{ code: 'SEE_FAX', message: '见传真' }] };
    await untilFound(job.requestId, 'unknown-reason');
    await fixture.untilPublished(job.requestId, { state: 'held' });
  });

  it('is shown pending before held before in progress, where its items differ and the order does not say', async () => {
    const job = await aPlacedJob();
    const items = (...states: string[]) => states.map((state, index) => ({ id: String(index + 1), state }));
    for (const [states, state] of [
      [['inProgress', 'acknowledged'], 'accepted'],
      [['inProgress', 'held'], 'held'],
      [['held', 'pending'], 'waiting'],
      [['completed', 'failed'], 'partly-completed'],
    ] as const) {
      carrier.order = { state: undefined, serviceOrderItem: items(...states) };
      await fixture.untilPublished(job.requestId, { state });
    }
  });

  it.each([
    [400, { code: 'UNPAID_BILLS', reason: 'arrears', message: '欠费' }],
    [422, [{ code: 'UNPAID_BILLS', reason: 'arrears' }]],
  ])('with a business reason in a %d refuses the applicant', async (...placing) => {
    carrier.placing = placing;
    const job = aJob('jinan-mobile');
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { state: 'refused', reason: 'arrears' });
  });

  it.each([
    [400, { code: 'invalidFormat', reason: 'priority' }],
    [403, { code: 'UNPAID_BILLS', reason: 'no' }],
  ])('that answers %d %j is an operator`s matter and no refusal', async (...placing) => {
    carrier.placing = placing;
    const job = aJob('jinan-mobile');
    await fixture.publishDesired(job);
    const { state } = await fixture.untilPublished(job.requestId, { operation: { delivery: 'parked' } });
    expect(state).toBe('placed');
  });

  it.each([
    [{ href: '/serviceOrder/1' }],
    [{ id: '../../admin' }],
    [{ id: '..' }],
    [{ id: '%2e%2e' }],
    ['no JSON object'],
  ])('that answers 201 %j may have taken it', async (answer) => {
    carrier.placing = [201, answer];
    const driver = new Tmf641Driver(contextOf(providersUrl));
    const place = driver.place(anOperation({ utility: 'telecom', provider: 'jinan-mobile' }));
    await expect(place).rejects.toBeInstanceOf(ProviderUnknown);
  });

  it('that lists the orders of others when asked for ours is not believed that it has none', async () => {
    carrier.others = [{ id: 'o77', externalId: 'somebody else`s' }];
    carrier.placing = [500, {}];
    const before = carrier.placed.length;
    const job = aJob('jinan-mobile');
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { operation: { delivery: 'parked' } });
    expect(carrier.placed).toHaveLength(before);
  });

  describe('is called back', () => {
    const token = createHmac('sha256', SimulatorProcess.secretOf('jinan-mobile'))
      .update('tmf641 listener')
      .digest('base64url');
    const call = async (path: string, body: object): Promise<[number, string?]> => {
      const answer = await fetch(`${fixture.address}/v1/providers/jinan-mobile/callbacks${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      return [answer.status, text ? (JSON.parse(text) as { code: string }).code : undefined];
    };
    const anEvent = (event: object) => ({ eventId: 'e1', eventType: 'ServiceOrderStateChangeEvent', event });

    it('at the address that it was told, which names no secret and cannot be guessed', async () => {
      await eventually(() =>
        expect(carrier.hub.map(({ callback }) => callback)).toContainEqual(
          `${fixture.address}/v1/providers/jinan-mobile/callbacks/${token}`,
        ),
      );
      const event = anEvent({ serviceOrder: { id: 'o0' } });
      expect(await call('', event)).toEqual([401, 'bad-signature']);
      expect(await call(`/${token.slice(1)}`, event)).toEqual([401, 'bad-signature']);
    });

    it.each([
      ['an order of somebody else', { serviceOrder: { id: 'o9999' } }, [404, 'unknown-job']],
      ['an id of somebody else alone', { id: 'o9999' }, [404, 'unknown-job']],
      ['no order', {}, [404, 'unknown-job']],
      ['a list in place of an order', { serviceOrder: [] }, [422, 'invalid-form']],
    ])('and told why not about %s', async (_, event, refusal) => {
      expect(await call(`/${token}`, anEvent(event))).toEqual(refusal);
    });

    it('and its event without a time, and with a state of its own, tells nothing but what the order does', async () => {
      const job = await aPlacedJob();
      const id = `o${carrier.placed.length - 1}`;
      carrier.order = { state: 'inProgress' };
      const forged = anEvent({ serviceOrder: { id, state: 'completed' } });
      expect(
        await call(`/${token}/tmf-api/serviceOrdering/v4/listener/serviceOrderStateChangeEvent`, forged),
      ).toEqual([202, undefined]);
      await fixture.untilPublished(job.requestId, { state: 'accepted' });
    });
  });
});
