import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, LoopbackServer, nextDesiredState } from '@lianban/testing';

interface Operation {
  operation: string;
  kind: 'place' | 'correct' | 'withdraw';
  placement: string;
  reason?: string;
  dossier: { answers: { correctionId: string }[] };
  callback: string;
}

type Reply = [status: number, body: unknown];

/**
 * A provider's system written from docs/webhook.md alone: Node's own HTTP and HMAC, nothing of ours. It keeps every
 * operation id with its first answer, and does nothing twice.
 */
class PlainProvider extends LoopbackServer {
  readonly done: Operation[] = [];
  readonly heard: { headers: IncomingHttpHeaders; body: string }[] = [];
  lookUps = 0;
  /** What it does instead of what the document asks for; undefined once it behaves. */
  misbehaves?: (operation: Operation, response: ServerResponse) => void;
  answers: (operation: Operation) => Reply = () => [200, { outcome: 'taken', reference: randomUUID() }];
  knowsNothing: Reply = [404, { outcome: 'absent' }];
  private readonly kept = new Map<string, Reply>();
  protected readonly server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { headers, method, url = '' } = request;
    if (!this.isSigned(headers, body)) return reply(response, [401, {}]);
    this.heard.push({ headers, body });
    if (method === 'GET') return this.tell(url.split('/').at(-1)!, response);
    this.take(JSON.parse(body) as Operation, response);
  });

  constructor(private readonly secret: string) {
    super();
  }

  private take(operation: Operation, response: ServerResponse): void {
    if (this.misbehaves) return this.misbehaves(operation, response);
    reply(response, this.doOnce(operation));
  }

  doOnce(operation: Operation): Reply {
    const before = this.kept.get(operation.operation);
    if (before) return before;
    const answer = this.answers(operation);
    this.kept.set(operation.operation, answer);
    if (answer[0] === 200) this.done.push(operation);
    return answer;
  }

  private tell(operation: string, response: ServerResponse): void {
    this.lookUps += 1;
    reply(response, this.kept.get(operation) ?? this.knowsNothing);
  }

  timesDone(placement: string, kind = 'place'): number {
    return this.done.filter((each) => each.placement === placement && each.kind === kind).length;
  }

  /** The operations of a placement that it did, in order. */
  of(placement: string): Operation[] {
    return this.done.filter((each) => each.placement === placement);
  }

  async post(callback: string, report: object | string, more: Record<string, string> = {}): Promise<Reply> {
    const body = typeof report === 'string' ? report : JSON.stringify(report);
    const id = more['webhook-id'] ?? randomUUID();
    const at = more['webhook-timestamp'] ?? String(Math.floor(Date.now() / 1000));
    const signature = `v1,${this.hmac(`${id}.${at}.${body}`)}`;
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': signature,
      ...more,
    };
    const answer = await fetch(callback, { method: 'POST', headers, body });
    const text = await answer.text();
    return [answer.status, text && (JSON.parse(text) as { code: string }).code];
  }

  private isSigned(headers: IncomingHttpHeaders, body: string): boolean {
    const id = String(headers['webhook-id']);
    const at = String(headers['webhook-timestamp']);
    if (Math.abs(Date.now() / 1000 - Number(at)) > 300) return false;
    const right = Buffer.from(this.hmac(`${id}.${at}.${body}`));
    return String(headers['webhook-signature'])
      .split(' ')
      .map((each) => Buffer.from(each.replace(/^v1,/, '')))
      .some((each) => each.length === right.length && timingSafeEqual(each, right));
  }

  private hmac(text: string): string {
    const key = Buffer.from(this.secret.replace(/^whsec_/, ''), 'base64');
    return createHmac('sha256', key).update(text).digest('base64');
  }
}

function reply(response: ServerResponse, [status, body]: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const SECRET = `whsec_${createHash('sha256').update('agreed with the provider').digest('base64')}`;

/** `retrySafety` of their rows: the one honours our key, the other can only be asked. */
const SAME_KEY = 'zibo-gas';
const LOOK_UP = 'jinan-gas';

describe('docs/webhook.md, followed to the letter by a provider', () => {
  const provider = new PlainProvider(SECRET);
  const { answers, knowsNothing } = provider;
  let world: AdapterFixture;
  beforeAll(async () => {
    world = await AdapterFixture.open({
      utility: 'gas',
      providersUrl: await provider.open(),
      env: { PROVIDER_SECRETS: JSON.stringify({ [SAME_KEY]: SECRET, [LOOK_UP]: SECRET }) },
    });
  });
  afterAll(async () => {
    await world.close();
    provider.close();
  });
  beforeEach(() => Object.assign(provider, { answers, knowsNothing, misbehaves: undefined, lookUps: 0 }));

  const nameOf = ({ requestId }: JobDesired): string => world.nameOf(requestId);

  async function wanted(id: string, desired = aDesiredState({ provider: id })): Promise<JobDesired> {
    await world.publishDesired(desired);
    return desired;
  }

  async function placed(id = SAME_KEY): Promise<[JobDesired, Operation]> {
    const desired = await wanted(id);
    await world.untilPublished(desired.requestId, { delivered: true });
    return [desired, provider.of(nameOf(desired))[0]!];
  }

  const delivery = (desired: JobDesired, status: string) =>
    world.untilPublished(desired.requestId, { operation: { delivery: status } });

  describe('an operation', () => {
    it('comes signed, with the headers and members that are written there', async () => {
      const [desired, operation] = await placed();
      const { headers } = provider.heard.find(({ body }) => body.includes(desired.requestId))!;
      expect(headers).toMatchObject({
        'idempotency-key': operation.operation,
        'ce-id': operation.operation,
        'webhook-id': operation.operation,
        'ce-specversion': '1.0',
        'ce-type': 'cn.lianban.operation.place.v1',
        'ce-source': '/lianban/adapter-gas',
        'ce-subject': desired.requestId,
        'content-type': 'application/json',
      });
      expect(operation).toMatchObject({
        kind: 'place',
        placement: nameOf(desired),
        utility: 'gas',
        attempt: 1,
      });
    });

    it('that is taken with a report may end the job at once', async () => {
      const report = { at: new Date().toISOString(), state: 'completed' };
      provider.answers = () => [200, { outcome: 'taken', reference: 'R-1', report }];
      const desired = await wanted(SAME_KEY);
      await world.untilPublished(desired.requestId, {
        state: 'completed',
        reference: 'R-1',
        delivered: true,
      });
    });

    it('that is refused ends the job with that reason', async () => {
      provider.answers = () => [422, { outcome: 'refused', reason: 'not-covered', text: '管网未覆盖' }];
      const desired = await wanted(SAME_KEY);
      await world.untilPublished(desired.requestId, { state: 'refused', reason: 'not-covered' });
    });

    it.each([429, 400, 404])('that is answered %d is not taken, and comes again', async (status) => {
      let isFirst = true;
      provider.misbehaves = (operation, response) => {
        if (!isFirst) return reply(response, provider.doOnce(operation));
        isFirst = false;
        reply(response, [status, 'anything']);
      };
      const desired = await wanted(SAME_KEY);
      await delivery(desired, 'delivered');
      expect(provider.timesDone(nameOf(desired))).toBe(1);
    });

    it.each([
      ['a 2xx without an outcome', [200, {}]],
      ['a 422 without an outcome', [422, {}]],
      ['another body under this id', [409, {}]],
      ['words that are no answer', [200, '<html>']],
      ['a report that cannot be read', [200, { outcome: 'taken', report: { at: 'yesterday' } }]],
    ] as [string, Reply][])('that is answered with %s ends with a person', async (_, answer) => {
      provider.misbehaves = (_operation, response) => reply(response, answer);
      const desired = await wanted(SAME_KEY);
      await delivery(desired, 'parked');
    });

    it.each([SAME_KEY, LOOK_UP])('that %s did and could not answer is done once', async (id) => {
      provider.misbehaves = (operation, response) => {
        provider.doOnce(operation);
        provider.misbehaves = undefined;
        response.destroy();
      };
      const desired = await wanted(id);
      await delivery(desired, 'delivered');
      expect(provider.timesDone(nameOf(desired))).toBe(1);
      expect(provider.lookUps > 0).toBe(id === LOOK_UP);
    });
  });

  describe('a look-up', () => {
    const losesIt = () => {
      provider.misbehaves = (_, response) => {
        provider.misbehaves = undefined;
        response.destroy();
      };
    };

    it('that says 404 with the outcome "absent" has the operation sent anew', async () => {
      losesIt();
      const desired = await wanted(LOOK_UP);
      await delivery(desired, 'delivered');
      expect(provider.timesDone(nameOf(desired))).toBe(1);
    });

    it.each([
      ['nothing', ''],
      ['a page of a proxy', '<html>404 Not Found</html>'],
      ['another outcome', { outcome: 'unknown' }],
    ])('that says 404 with %s is not believed: the operation ends with a person, unsent', async (_, body) => {
      losesIt();
      provider.knowsNothing = [404, body];
      const desired = await wanted(LOOK_UP);
      await delivery(desired, 'parked');
      expect(provider.lookUps).toBeGreaterThan(0);
      expect(provider.timesDone(nameOf(desired))).toBe(0);
    });

    it('that says it was refused ends the job', async () => {
      provider.answers = () => [422, { outcome: 'refused', reason: 'not-covered' }];
      provider.misbehaves = (operation, response) => {
        provider.doOnce(operation);
        provider.misbehaves = undefined;
        response.destroy();
      };
      const desired = await wanted(LOOK_UP);
      await world.untilPublished(desired.requestId, { state: 'refused', reason: 'not-covered' });
    });
  });

  it('a second number for one placement is a finding', async () => {
    const [desired, { callback, placement }] = await placed();
    const report = { placement, at: new Date().toISOString(), reference: 'another' };
    expect(await provider.post(callback, report)).toEqual([202, '']);
    const { body } = await world.operator('GET', 'findings');
    expect(body.findings).toContainEqual(
      expect.objectContaining({
        ...{ requestId: desired.requestId, kind: 'second-reference', owner: 'operator' },
        secondOrders: [{ reference: 'another', state: 'by-hand', at: null, reason: null, lastError: null }],
      }),
    );
  });

  describe('a report', () => {
    const about = ({ placement }: Operation, more: object = {}) => ({
      placement,
      at: new Date().toISOString(),
      state: 'accepted',
      ...more,
    });

    it('is kept, and the same id again is known to have been', async () => {
      const [desired, operation] = await placed();
      const id = { 'webhook-id': randomUUID() };
      expect(await provider.post(operation.callback, about(operation), id)).toEqual([202, '']);
      expect(await provider.post(operation.callback, about(operation), id)).toEqual([409, 'report-repeated']);
      await world.untilPublished(desired.requestId, { state: 'accepted' });
    });

    it('may hold more than the document knows, and longer texts', async () => {
      const [desired, operation] = await placed();
      const report = about(operation, { colour: 'red', text: '长'.repeat(600), stage: 'ACCEPT' });
      expect(await provider.post(operation.callback, report)).toEqual([202, '']);
      await world.untilPublished(desired.requestId, { state: 'accepted', stages: [{ stage: 'ACCEPT' }] });
    });

    it('that is old or not allowed is kept and changes nothing', async () => {
      const [desired, operation] = await placed();
      await provider.post(operation.callback, about(operation, { state: 'in-progress', sequence: 2 }));
      for (const old of [{ sequence: 1 }, { sequence: 3 }])
        expect(await provider.post(operation.callback, about(operation, old))).toEqual([202, '']);
      expect((await world.published(desired.requestId)).at(-1)!.state).toBe('in-progress');
    });

    it.each([
      ['bad-signature', 401, { 'webhook-signature': 'v1,AAAA' }, {}],
      ['report-too-old', 401, { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 900) }, {}],
      ['unknown-job', 404, {}, { placement: `${randomUUID()}:gas:1` }],
      ['invalid-form', 422, {}, { at: '2026-11-24 10:10:00' }],
      ['invalid-form', 422, {}, { state: 'finished' }],
      ['invalid-form', 422, {}, { sequence: 'first' }],
      ['body-too-large', 413, {}, { text: 'x'.repeat(40_000) }],
      ['wrong-content-type', 415, { 'content-type': 'text/plain' }, {}],
    ] as [string, number, Record<string, string>, object][])(
      'is answered %s (%d) as it is written there',
      async (code, status, headers, more) => {
        const [, operation] = await placed();
        const answer = await provider.post(operation.callback, about(operation, more), headers);
        expect(answer).toEqual([status, code]);
      },
    );

    it('that is no JSON is answered malformed-json, and one for nobody not-found', async () => {
      const [, operation] = await placed();
      expect(await provider.post(operation.callback, '{')).toEqual([400, 'malformed-json']);
      const elsewhere = operation.callback.replace(SAME_KEY, 'nobody-gas');
      expect(await provider.post(elsewhere, about(operation))).toEqual([404, 'not-found']);
    });
  });

  it('a job waits for a correction and is told the answer', async () => {
    const [desired, { callback, placement }] = await placed();
    await provider.post(callback, {
      placement,
      at: new Date().toISOString(),
      state: 'waiting',
      reason: 'material-missing',
      correction: { items: ['PROPERTY_CERT', 'fields.usage'] },
    });
    const { correction } = await world.untilPublished(desired.requestId, {
      state: 'waiting',
      holder: 'applicant',
    });
    expect(correction!.items).toEqual(['PROPERTY_CERT', 'fields.usage']);
    const answer = { correctionId: correction!.id, fields: { usage: 'commercial' }, materials: [] };
    const answered = { ...answer, answeredAt: new Date().toISOString() };
    await world.publishDesired(nextDesiredState(desired, {}, { answers: [answered] }));
    await world.untilPublished(desired.requestId, { operation: { kind: 'correct', delivery: 'delivered' } });
    expect(provider.of(placement).at(-1)).toMatchObject({
      kind: 'correct',
      dossier: { answers: [{ correctionId: correction!.id }] },
    });
  });

  it.each([
    ['agreed', { withdrawal: 'agreed' }, { state: 'cancelled', withdrawal: 'agreed' }],
    [
      'refused',
      { withdrawal: 'refused', reason: 'withdrawal-too-late' },
      { state: 'placed', withdrawal: 'refused', withdrawalReason: 'withdrawal-too-late' },
    ],
  ])('a withdrawal is %s by a report', async (_, said, becomes) => {
    const [desired, { callback, placement }] = await placed();
    await world.publishDesired(nextDesiredState(desired, { cancelReason: 'withdrawn-by-applicant' }));
    await world.untilPublished(desired.requestId, { operation: { kind: 'withdraw', delivery: 'delivered' } });
    expect(provider.of(placement).at(-1)).toMatchObject({ reason: 'withdrawn-by-applicant' });
    const report = { placement, at: new Date().toISOString(), ...said };
    expect(await provider.post(callback, report)).toEqual([202, '']);
    await world.untilPublished(desired.requestId, becomes);
  });

  it('never asks for more than the document: every operation id was done once', () => {
    const ids = provider.done.map(({ operation }) => operation);
    expect(new Set(ids).size).toBe(ids.length);
    expect(provider.heard.every(({ headers }) => headers['webhook-timestamp'])).toBe(true);
  });
});
