import { createServer, type IncomingMessage } from 'node:http';
import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, anOperation, LoopbackServer } from '@lianban/testing';
import { Webhook } from 'standardwebhooks';
import { withinOneTimeout } from './provider-http.js';
import { ProviderRefused, ProviderUnavailable, ProviderUnknown } from './utility-driver.js';
import { WebhookDriver } from './webhook.driver.js';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`;

/** A provider that answers whatever it is told to. */
class Counter extends LoopbackServer {
  answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' };
  last?: { request: IncomingMessage; body: string };
  connections = 0;
  protected readonly server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.last = { request, body };
    response.writeHead(this.answer.status, this.answer.headers).end(this.answer.body);
  }).on('connection', () => this.connections++);
}

describe('webhook', () => {
  const counter = new Counter();
  let driver: WebhookDriver;
  beforeAll(async () => {
    const provider = loadCatalogue().provider('jinan-gas')!;
    driver = new WebhookDriver(
      aDriverContext({ provider, endpoint: await counter.open(), secret: [SECRET], timeout: 2_000 }),
    );
  });
  afterAll(() => counter.close());

  const answering = (status: number, body: unknown) =>
    (counter.answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) });

  it('sends a signed CloudEvent with our operation id as idempotency key', async () => {
    answering(200, { outcome: 'taken', reference: 'G-1' });
    const order = anOperation();
    expect(await driver.place(order)).toEqual({ reference: 'G-1' });
    const { request, body } = counter.last!;
    expect(request).toMatchObject({ method: 'POST', url: '/operations' });
    expect(request.headers).toMatchObject({
      'idempotency-key': order.operation,
      'ce-id': order.operation,
      'ce-specversion': '1.0',
      'ce-type': 'cn.lianban.operation.place.v1',
      'ce-source': '/lianban/adapter-gas',
      'ce-subject': order.requestId,
      'content-type': 'application/json',
    });
    expect(() => new Webhook(SECRET).verify(body, request.headers as Record<string, string>)).not.toThrow();
    expect(JSON.parse(body)).toEqual({ ...order, callback: expect.stringContaining('/reports') });
  });

  it('takes a report that comes in the answer', async () => {
    const report = { at: '2026-05-11T02:00:00Z', state: 'completed', sequence: 1 };
    answering(200, { outcome: 'taken', report });
    expect((await driver.place(anOperation())).report).toMatchObject(report);
  });

  it.each([
    ['an empty 200', 200, ''],
    ['a 200 in HTML', 200, '<html>OK</html>'],
    ['a 200 with another outcome', 200, { outcome: 'maybe' }],
    ['a report that is none', 200, { outcome: 'taken', report: { state: 'finished' } }],
    ['a report that is null', 200, { outcome: 'taken', report: null }],
    ['a 422 of a gateway', 422, '<html>Unprocessable</html>'],
    ['another body under our id', 409, { outcome: 'other-body' }],
    ['a 500', 500, {}],
  ])('does not know what came of %s, and does not take the provider for away', async (_, status, body) => {
    answering(status, body);
    const failure = await driver.place(anOperation()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderUnknown);
    expect(failure).toMatchObject({ away: false });
  });

  it.each([502, 503, 504])('takes the provider for away at %d', async (status) => {
    answering(status, '');
    await expect(driver.place(anOperation())).rejects.toMatchObject({ away: true });
    await expect(driver.place(anOperation())).rejects.toBeInstanceOf(ProviderUnknown);
  });

  it.each([429, 400, 401, 403])('knows that a %d took nothing, and refuses nobody for it', async (status) => {
    answering(status, { outcome: 'refused', reason: 'arrears' });
    const failure = await driver.place(anOperation()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(failure).toMatchObject({ away: status === 429 });
  });

  it.each([
    ['7', 7_000],
    ['0', 0],
    ['86400', 3_600_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['Wed, 21 Oct 2099 07:28:00 GMT', 3_600_000],
    ['soon', undefined],
  ])('waits at a 429 as its Retry-After %p asks, an hour at most', async (value, waitMs) => {
    counter.answer = { status: 429, body: '', headers: { 'retry-after': value } };
    for (const call of ['place', 'queryStatus'] as const) {
      const failure = await driver[call](anOperation()).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProviderUnavailable);
      expect((failure as ProviderUnavailable).waitMs).toBe(waitMs);
    }
  });

  it('takes a 422 that says so for a refusal', async () => {
    answering(422, { outcome: 'refused', reason: 'arrears', text: '欠费' });
    const failure = await driver.place(anOperation()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderRefused);
    expect(failure).toMatchObject({ reason: 'arrears', providerMessage: '欠费' });
  });

  it.each([
    [200, { outcome: 'taken', reference: 'G-1' }, { found: 'taken', reference: 'G-1' }],
    [200, { outcome: 'refused', reason: 'arrears' }, { found: 'refused', reason: 'arrears' }],
    [
      422,
      { outcome: 'refused', reason: 'arrears', text: '欠费' },
      { found: 'refused', reason: 'arrears', providerMessage: '欠费' },
    ],
    [404, { outcome: 'absent' }, { found: 'absent' }],
  ])('believes a look-up that answers %d', async (status, body, found) => {
    answering(status, body);
    const order = anOperation();
    expect(await driver.queryStatus(order)).toEqual(found);
    expect(counter.last!.request).toMatchObject({ method: 'GET', url: `/operations/${order.operation}` });
  });

  it('looks up on a connection of its own each time, so that no call is overtaken', async () => {
    answering(200, { outcome: 'taken' });
    await driver.place(anOperation());
    const before = counter.connections;
    await driver.place(anOperation());
    expect(counter.connections).toBe(before);
    await driver.queryStatus(anOperation());
    await driver.queryStatus(anOperation());
    expect(counter.connections).toBe(before + 2);
  });

  it('is not called where a call before has used up the time of the operation', async () => {
    answering(200, { outcome: 'taken' });
    counter.last = undefined;
    const failure = await withinOneTimeout(0, () => driver.place(anOperation())).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(failure).toMatchObject({ away: false });
    expect(counter.last).toBeUndefined();
    expect(await withinOneTimeout(2_000, () => driver.place(anOperation()))).toEqual({});
  });

  it('does not believe a gateway that it is absent', async () => {
    answering(404, '<html>Not Found</html>');
    await expect(driver.queryStatus(anOperation())).rejects.toBeInstanceOf(ProviderUnknown);
  });

  it.each([401, 500, 503])('believes nothing of a look-up that answers %d', async (status) => {
    answering(status, { outcome: 'absent' });
    await expect(driver.queryStatus(anOperation())).rejects.toBeInstanceOf(ProviderUnknown);
  });
});
