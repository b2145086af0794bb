import {
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  type OperationBody,
  type PolledReports,
  type ProviderReport,
} from '@lianban/adapter-kit';
import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, anOperation } from '@lianban/testing';
import { GasCompany, type Answer, type Order } from './gas-company.mother.js';
import { GasRestDriver } from './gas-rest.driver.js';

const ROW = loadCatalogue().provider('jinan-gas')!;

describe('GasRestDriver', () => {
  const company = new GasCompany();
  const driverWith = (settings: object = {}, timeout = 2_000, endpoint = company.url) =>
    new GasRestDriver(
      aDriverContext({
        provider: { ...ROW, settings: { ...ROW.settings, ...settings } },
        endpoint,
        secret: ['secret'],
        timeout,
      }),
    );
  let driver: GasRestDriver;
  beforeAll(async () => {
    await company.open();
    driver = driverWith();
  });
  beforeEach(() => {
    company.behave();
    company.orders = [];
    company.asked.length = 0;
  });
  afterAll(() => company.close());

  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      (answer) => answer,
      (error: unknown) => error,
    );
  async function placed(): Promise<OperationBody> {
    const operation = anOperation();
    await driver.place(operation);
    return operation;
  }
  const listed = (...workOrders: unknown[]): void => {
    company.changes = () => [200, { asOf: company.now(), workOrders }];
  };
  const told = ({ reports }: PolledReports) => reports.map(({ report }) => report.stage ?? report.state);

  it('is built only where its row says how the company knows us', () => {
    expect(() => driverWith({ clientId: undefined })).toThrow(
      'jinan-gas cannot be spoken to in gas-rest: /settings/clientId missing',
    );
    expect(() => driverWith({ overlapSeconds: 0 })).toThrow('/settings/overlapSeconds too-small');
  });

  describe('with a token', () => {
    it('that ended before its time has it renewed, and places once', async () => {
      await placed();
      company.endTokens();
      const operation = await placed();
      expect(company.orders.filter(({ externalNo }) => externalNo === operation.placement)).toHaveLength(1);
    });

    it('that is never accepted blames neither the applicant nor asks without end', async () => {
      const lost = driverWith();
      company.token = [200, { access_token: 'forged' }];
      company.clients.length = 0;
      const failure = await failureOf(lost.place(anOperation()));
      expect(failure).toBeInstanceOf(ProviderUnavailable);
      expect(failure).toMatchObject({ away: false });
      expect(company.clients).toHaveLength(2);
    });
  });

  it.each(['place', 'queryStatus', 'poll'] as const)(
    'obeys a 429 and its Retry-After to %s',
    async (call) => {
      const slow: Answer = [429, { errcode: 'E1003' }, { 'retry-after': '30' }];
      Object.assign(company, { placing: slow, lookUp: () => slow, changes: () => slow });
      const failure = await failureOf(call === 'poll' ? driver.poll(undefined) : driver[call](anOperation()));
      expect(failure).toBeInstanceOf(ProviderUnavailable);
      expect(failure).toMatchObject({ away: true, waitMs: 30_000 });
    },
  );

  it.each<Answer>([
    [422, { errcode: 'E1003', errmsg: '欠费' }],
    [400, { errcode: 'E1003', errmsg: '欠费' }],
    [409, { errcode: 'E1003', errmsg: '欠费' }],
    [200, { errcode: 'E1003', errmsg: '欠费' }],
    [201, { ...anOrderThat('REJECTED'), reasonCode: 'E1003', reasonText: '欠费' }],
  ])('takes %d %j for a refusal', async (status, body) => {
    const operation = anOperation();
    company.placing = [status, { ...(body as object), externalNo: operation.placement }];
    const failure = await failureOf(driver.place(operation));
    expect(failure).toBeInstanceOf(ProviderRefused);
    expect(failure).toMatchObject({ reason: 'arrears', providerMessage: '欠费' });
  });

  it.each<[Answer, typeof ProviderUnavailable | typeof ProviderUnknown]>([
    [[403, { errcode: 'E1003' }], ProviderUnavailable],
    [[404, { errcode: 'E1003' }], ProviderUnavailable],
    [[422, { errcode: 'E9999' }], ProviderUnavailable],
    [[400, '<html>'], ProviderUnavailable],
    [[400, { errcode: 'toString' }], ProviderUnavailable],
    [[409, { errcode: 'E9999' }], ProviderUnknown],
    [[500, { errcode: 'E1003' }], ProviderUnknown],
    [[200, { errcode: 'E9999' }], ProviderUnknown],
    [[200, { errcode: '0' }], ProviderUnknown],
    [[201, 'thank you'], ProviderUnknown],
    [[201, anOrderThat('RECEIVED')], ProviderUnknown],
  ])('takes %j for none', async (placing, Expected) => {
    company.placing = placing;
    expect(await failureOf(driver.place(anOperation()))).toBeInstanceOf(Expected);
  });

  it.each(['..', '.', 'a b', '', 7, 'n'.repeat(65)])(
    'does not take an order with the number %p for taken',
    async (orderNo) => {
      const operation = anOperation();
      company.placing = [201, { ...anOrderThat('RECEIVED'), externalNo: operation.placement, orderNo }];
      expect(await failureOf(driver.place(operation))).toBeInstanceOf(ProviderUnknown);
    },
  );

  it('reaches an order whose number has signs of an address in it', async () => {
    const { placement, ...operation } = await placed();
    company.change(placement, { orderNo: '气/2026?#%2e' });
    company.placing = [200, company.order(placement)];
    expect(await driver.correct({ ...operation, placement, kind: 'correct' })).toEqual({});
    expect(decodeURIComponent(company.posted.at(-1)!)).toMatch(/\/work-orders\/气\/2026\?#%2e\/supplements$/);
  });

  describe('of a job with two orders', () => {
    async function placedTwice(): Promise<OperationBody> {
      const operation = await placed();
      await driver.place(operation);
      company.posted.length = 0;
      return operation;
    }
    const cancelled = (): string[] =>
      company.posted.filter((path) => path.endsWith('/cancellations')).map((path) => path.split('/').at(-2)!);
    /** The company that is played here answers as to a new order. */
    const withdraw = (operation: OperationBody, reference?: string): Promise<unknown> =>
      failureOf(driver.withdraw({ ...operation, kind: 'withdraw' }, reference));
    const SECOND = { reference: 'Q-1', operation: 'O-1' };

    it('is told what it is told by the number that is meant', async () => {
      const operation = await placedTwice();
      await withdraw(operation, 'Q-2');
      await withdraw(operation);
      expect(cancelled()).toEqual(['Q-2', 'Q-1']);
    });

    it('takes the one that is kept, where no number is known', async () => {
      const operation = await placedTwice();
      company.orders[0]!.status = 'CANCELLED';
      await withdraw(operation);
      expect(cancelled()).toEqual(['Q-2']);
    });

    it('withdraws the second alone, and asks no more once that is noted', async () => {
      const { placement } = await placedTwice();
      expect(await driver.withdrawSecond({ placement, ...SECOND })).toBe('asked');
      company.orders[0]!.operations.push('O-1');
      expect(await driver.withdrawSecond({ placement, ...SECOND })).toBe('asked');
      expect(cancelled()).toEqual(['Q-1']);
    });

    it.each(['CANCELLED', 'REJECTED', 'FAILED'])('has it withdrawn when it is %s', async (status) => {
      const { placement } = await placedTwice();
      company.orders[0]!.status = status;
      expect(await driver.withdrawSecond({ placement, ...SECOND })).toBe('withdrawn');
      expect(cancelled()).toEqual([]);
    });

    it.each<[string, Partial<Order>]>([
      ['it was done', { status: 'COMPLETED' }],
      [
        'the company keeps it',
        { cancellation: { operationNo: 'O-1', result: 'REFUSED', reasonCode: 'E4001' } },
      ],
    ])('cannot withdraw it when %s', async (_, order) => {
      const { placement } = await placedTwice();
      Object.assign(company.orders[0]!, order);
      expect(await failureOf(driver.withdrawSecond({ placement, ...SECOND }))).toBeInstanceOf(
        ProviderRefused,
      );
      expect(cancelled()).toEqual([]);
    });

    it('asks for nothing where no order has the number', async () => {
      const { placement } = await placedTwice();
      const failure = failureOf(driver.withdrawSecond({ placement, reference: 'Q-9', operation: 'O-1' }));
      expect(await failure).toBeInstanceOf(ProviderUnknown);
      expect(cancelled()).toEqual([]);
    });
  });

  describe('looks an order up', () => {
    it('and does not believe what lists the orders of others as well', async () => {
      const operation = await placed();
      await placed();
      company.lookUp = () => [200, { asOf: company.now(), workOrders: company.orders }];
      for (const order of [operation, anOperation()])
        expect(await failureOf(driver.queryStatus(order))).toBeInstanceOf(ProviderUnknown);
    });

    it.each<Answer>([
      [404, { errcode: 'E0404' }],
      [403, {}],
      [200, '<html>'],
      [200, []],
      [200, { asOf: '2026-11-28T10:00:00Z' }],
      [200, { asOf: '2026-11-28T10:00:00Z', workOrders: [{}] }],
    ])('and does not take %d %j for absent', async (...answer) => {
      company.lookUp = () => answer as Answer;
      expect(await failureOf(driver.queryStatus(anOperation()))).toBeInstanceOf(ProviderUnknown);
    });

    it('and knows by its own ids which operations were taken', async () => {
      const operation = await placed();
      const correction = anOperation({ ...operation, operation: 'another', kind: 'correct' });
      expect(await driver.queryStatus(correction)).toEqual({ found: 'absent' });
      company.change(operation.placement, { operations: ['one', 'another'] });
      expect(await driver.queryStatus(correction)).toEqual({ found: 'taken' });
      expect(await driver.queryStatus({ ...correction, kind: 'withdraw' })).toEqual({ found: 'taken' });
    });

    it('and does not change what it cannot find', async () => {
      for (const kind of ['correct', 'withdraw'] as const)
        expect(await failureOf(driver[kind](anOperation({ kind })))).toBeInstanceOf(ProviderUnknown);
    });
  });

  describe('asks what has changed', () => {
    it('and tells each fact under the same name however often it is read, and a new one under another', async () => {
      const { placement } = await placed();
      company.change(placement, {
        status: 'ACCEPTED',
        nodes: [{ code: 'ACCEPT', reachedAt: company.now() }],
      });
      const first = await driver.poll(undefined);
      expect(told(first)).toEqual(['ACCEPT', 'accepted']);
      const namesIn = ({ reports }: PolledReports) => reports.map(({ id }) => id);
      expect(namesIn(await driver.poll(first.cursor))).toEqual(namesIn(first));
      company.change(placement, { remark: 'nothing that we read' });
      expect(namesIn(await driver.poll(first.cursor))).toEqual(namesIn(first));
      company.change(placement, { status: 'SUSPENDED' });
      company.change(placement, { status: 'ACCEPTED' });
      const again = await driver.poll(first.cursor);
      expect(told(again)).toEqual(['ACCEPT', 'accepted']);
      expect(namesIn(again)[0]).toBe(namesIn(first)[0]);
      expect(namesIn(again)[1]).not.toBe(namesIn(first)[1]);
    });

    it('each at its own time, whatever the offset', async () => {
      const { placement } = await placed();
      const nodes = [{ code: 'ACCEPT', reachedAt: '2026-11-28T08:30:00+08:00' }];
      company.change(placement, { status: 'ACCEPTED', nodes, statusAt: '2026-11-28T01:00:00.123456Z' });
      const { reports } = await driver.poll(undefined);
      expect(reports.map(({ report }) => report.at)).toEqual([
        '2026-11-28T00:30:00.000Z',
        '2026-11-28T01:00:00.123Z',
      ]);
    });

    it.each<[string, Partial<Order>, string]>([
      ['a time without an offset', { updatedAt: '2026-11-28 10:00:00' }, '/updatedAt'],
      ['a state`s time without an offset', { statusAt: '2026-11-28T10:00:00' }, '/statusAt'],
      [
        'a stage`s time without an offset',
        { nodes: [{ code: 'SURVEY', reachedAt: '2026-11-28' }] },
        '/nodes/0',
      ],
      ['a day that does not exist', { statusAt: '2026-02-30T10:00:00Z' }, '/statusAt'],
      ['no number', { orderNo: undefined }, '/orderNo'],
      ['a number for a state', { status: 10 as never }, '/status'],
    ])('and leaves an order with %s out with a reason, not the others', async (_, wrong, pointer) => {
      const [bad, good] = [await placed(), await placed()];
      for (const { placement } of [bad, good]) company.change(placement, { status: 'ACCEPTED' });
      listed({ ...company.order(bad.placement), ...wrong }, 'no order', company.order(good.placement));
      const { reports, unreadable } = await driver.poll(undefined);
      expect(reports.map(({ requestId }) => requestId)).toEqual([good.requestId]);
      expect(unreadable).toEqual([
        expect.stringMatching(new RegExp(`^order .*: ${pointer}\\S* This `)),
        expect.any(String),
      ]);
    });

    it('and is told nothing of orders that are not ours', async () => {
      listed(anOrderThat('ACCEPTED'), { ...anOrderThat('ACCEPTED'), externalNo: '1:water:1' });
      expect(await driver.poll(undefined)).toMatchObject({ reports: [], unreadable: [] });
    });

    it.each(['ON_HOLIDAY', 'toString', ''])(
      'and tells the state %p as one that nobody knows',
      async (status) => {
        const { placement } = await placed();
        company.change(placement, { status });
        const [{ report }] = (await driver.poll(undefined)).reports as [ProviderReport];
        expect(report).toMatchObject({ unknownState: status || 'none' });
        expect(report.state).toBeUndefined();
      },
    );

    it('and does not lose a state for words that are too long', async () => {
      const { placement } = await placed();
      const reason = { reasonCode: 'X'.repeat(200), reasonText: '长'.repeat(2_000) };
      company.change(placement, { status: 'SUSPENDED', ...reason });
      const { report } = (await driver.poll(undefined)).reports[0]!;
      expect(report).toMatchObject({ state: 'held', holder: 'provider' });
      expect([report.reason?.length, report.text?.length]).toEqual([40, 500]);
    });

    it.each<Answer>([
      [200, {}],
      [200, { asOf: '2026-11-28 10:00:00', workOrders: [] }],
      [200, { asOf: '2026-11-28T10:00:00Z', workOrders: {} }],
      [200, '<html>'],
      [204, ''],
      [403, {}],
      [500, {}],
    ])('and goes on from where it was after %d %j', async (...answer) => {
      company.changes = () => answer as Answer;
      const failure = await failureOf(driver.poll(company.now()));
      expect([ProviderUnavailable, ProviderUnknown]).toContain((failure as Error).constructor);
    });

    it('at first, after a cursor of somebody else, and after one that the company does not know, as far back as the list reaches', async () => {
      const since = () => Date.parse(company.asked.at(-1)!.get('updatedSince')!);
      const week = Date.now() - 168 * 3_600_000;
      for (const cursor of [undefined, '42 of another dialect', '']) {
        await driver.poll(cursor);
        expect(Math.abs(since() - week)).toBeLessThan(60_000);
      }
      for (const status of [400, 410]) {
        let isKnown = false;
        company.changes = () => (isKnown ? undefined : ((isKnown = true), [status, { errcode: 'E0410' }]));
        await driver.poll('2001-01-01T00:00:00Z');
        expect(Math.abs(since() - week)).toBeLessThan(60_000);
      }
    });

    it('and asks only once anew where the company knows no cursor at all', async () => {
      let asked = 0;
      company.changes = () => ((asked += 1), [410, {}]);
      for (const [cursor, times] of [
        [company.now(), 2],
        [undefined, 3],
      ] as const) {
        expect(await failureOf(driver.poll(cursor))).toBeInstanceOf(ProviderUnavailable);
        expect(asked).toBe(times);
      }
    });

    it('and goes back with a list that is older than the one before', async () => {
      const now = company.now();
      company.asOf = () => '2026-01-01T00:00:00+08:00';
      const { cursor } = await driver.poll(now);
      await driver.poll(cursor);
      expect(company.asked.at(-1)!.get('updatedSince')).toBe('2025-12-31T15:59:30.000Z');
    });

    describe('page by page', () => {
      let paging: GasRestDriver;
      beforeEach(() => (paging = driverWith({ pageSize: 2 })));

      async function all(cursor?: string): Promise<PolledReports[]> {
        const pages: PolledReports[] = [];
        do pages.push(await paging.poll(pages.at(-1)?.cursor ?? cursor));
        while (pages.at(-1)!.hasMore && pages.length < 50);
        return pages;
      }
      const requestsIn = (pages: PolledReports[]) =>
        new Set(pages.flatMap(({ reports }) => reports.map(({ requestId }) => requestId)));

      it('misses no order, though each page read moves one that was read, and one that was not, to the end', async () => {
        const operations: OperationBody[] = [];
        for (let count = 0; count < 7; count++) operations.push(await placed());
        const cursor = company.orders[0]!.updatedAt;
        let moves = 0;
        company.afterPage = () => {
          if (moves++ >= 4) return;
          for (const index of [moves - 1, 6 - moves])
            company.change(operations[index]!.placement, { status: 'ACCEPTED' });
        };
        expect(requestsIn(await all(cursor)).size).toBe(7);
      });

      it('misses no order of more than a page at the same time', async () => {
        const at = company.now();
        for (let count = 0; count < 7; count++) await placed();
        for (const order of company.orders) Object.assign(order, { updatedAt: at });
        const pages = await all(at);
        expect(requestsIn(pages).size).toBe(7);
        expect(pages).toHaveLength(4);
      });

      it('misses no order where a page is not sorted, or holds one twice', async () => {
        for (let count = 0; count < 7; count++) await placed();
        const whole = company.orders;
        const cursor = whole[0]!.updatedAt;
        company.changes = (query) => {
          const from = `${query.get('updatedSince')!} ${query.get('after') ?? ''}`;
          const page = whole.filter(({ updatedAt, orderNo }) => `${updatedAt} ${orderNo}` > from).slice(0, 2);
          return [200, { asOf: company.now(), workOrders: [...page, ...page].reverse() }];
        };
        const pages = await all(cursor);
        expect(requestsIn(pages).size).toBe(7);
        expect(pages).toHaveLength(5);
      });

      it('does not turn in circles where a company gives the same page again, or nothing that can be read', async () => {
        for (let count = 0; count < 3; count++) await placed();
        const same = company.orders.slice(0, 2);
        company.changes = () => [200, { asOf: company.now(), workOrders: same }];
        expect(await failureOf(all())).toBeInstanceOf(ProviderUnknown);
        company.changes = () => [200, { asOf: company.now(), workOrders: [{}, {}] }];
        expect(await failureOf(all())).toBeInstanceOf(ProviderUnknown);
      });
    });
  });
});

function anOrderThat(status: string): object {
  const at = '2026-11-28T10:00:00+08:00';
  return {
    orderNo: 'Q-1',
    externalNo: 'somebody else`s',
    operations: [],
    status,
    statusAt: at,
    updatedAt: at,
  };
}
