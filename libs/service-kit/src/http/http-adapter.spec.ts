import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  InvalidForm,
  Log,
  Public,
  Readiness,
  ServiceModule,
  createService,
  startEvents,
  startListening,
} from '../index.js';
import { OperationsServer } from './operations-server.js';

const nextTurn = () => Promise.withResolvers<undefined>();
let arrived = nextTurn();
let leave = nextTurn();

@Controller('v1/things')
@Public()
class ThingsController {
  @Get(':id')
  find(@Param('id') id: string) {
    return { id };
  }

  @Post()
  @HttpCode(200)
  take(@Body() body: unknown, @Req() request: FastifyRequest & { rawBody?: Buffer }) {
    return { body, bytes: request.rawBody?.length };
  }

  @Post('broken')
  breakDown() {
    throw new Error('张三 370102199003070016');
  }

  @Post('wrong')
  complain() {
    const text = { 'zh-CN': '太长', en: 'too long' };
    throw new InvalidForm([{ pointer: '/name', code: 'too-long', text }]);
  }

  @Post('slow')
  async wait() {
    arrived.resolve(undefined);
    await leave.promise;
    return { finished: true };
  }
}

@Module({ imports: [ServiceModule.for({ name: 'things' })], controllers: [ThingsController] })
class ThingsModule {}

const env = { OIDC_ISSUER: 'http://localhost:1', OIDC_AUDIENCE: 'lianban', PORT: '0' };

describe('the HTTP adapter', () => {
  let lines: string[];
  let app: Awaited<ReturnType<typeof createService>>;
  let address: string;
  beforeEach(async () => {
    lines = [];
    app = await createService(ThingsModule, { env, logger: Log.to({ write: (line) => lines.push(line) }) });
    address = await startListening(app);
  });
  afterEach(() => app.close());

  const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}, path = '') =>
    fetch(`${address}/v1/things${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const refusal = async (answer: Response) => {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await answer.json()) as { code: string; status: number };
    expect(problem.status).toBe(answer.status);
    return [answer.status, problem.code];
  };
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  it('takes JSON, and keeps its bytes for signatures', async () => {
    const answer = await post('{"a": "·"}', {
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    expect(await answer.json()).toEqual({ body: { a: '·' }, bytes: 11 });
  });

  it.each([
    ['a body of 1 MB', `"${'x'.repeat(1_000_000)}"`, 413, 'body-too-large'],
    ['malformed JSON', '{"a":', 400, 'malformed-json'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed-json'],
    ['33 levels', nested(33), 400, 'json-too-deep'],
    ['16,000 levels', nested(16_000), 400, 'json-too-deep'],
    ['a key that reaches for the prototype', '{"a":[{"__proto__":{}}]}', 400, 'forbidden-key'],
    ['that key in disguise', '{"\\u005f_proto__":{}}', 400, 'forbidden-key'],
    ['the key constructor', '{"constructor":{"prototype":{}}}', 400, 'forbidden-key'],
    ['the character NUL', '{"a":"b\\u0000"}', 400, 'forbidden-character'],
    ['the character NUL in a key', '{"a":{"b\\u0000":1}}', 400, 'forbidden-character'],
    ['half a pair of surrogates', '{"a":"\\ud83d"}', 400, 'forbidden-character'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await refusal(await post(body))).toEqual([status, code]);
  });

  it.each([
    ['HEAD', '/v1/things/1', 'GET'],
    ['OPTIONS', '/v1/things/1', 'GET'],
    ['DELETE', '/v1/things/1?a=1', 'GET'],
    // As in OpenAPI, an address that is written out comes before one with a parameter.
    ['PUT', '/v1/things/wrong', 'POST'],
    ['GET', '/v1/things', 'POST'],
  ])('answers %s %s with 405 and Allow: %s', async (method, path, allow) => {
    const answer = await fetch(address + path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each(['DELETE', 'QUERY'])('answers 404 for %s on an unknown address', async (method) => {
    expect(await refusal(await fetch(`${address}/v1/nothing`, { method }))).toEqual([404, 'not-found']);
  });

  it('takes 32 levels', async () => {
    expect((await post(nested(32))).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonp'])(
    'refuses the content type %s',
    async (type) => {
      expect(await refusal(await post('{}', { 'content-type': type }))).toEqual([415, 'wrong-content-type']);
    },
  );

  it.each([
    ['/v1/nothing', 404, 'not-found'],
    ['/v1/things/%E0%A4%A', 400, 'malformed-request'],
    ['/v1/things/%00', 400, 'forbidden-character'],
    [`/v1/things/${'x'.repeat(500)}`, 404, 'not-found'],
  ])('refuses GET %s', async (path, status, code) => {
    expect(await refusal(await fetch(address + path))).toEqual([status, code]);
  });

  it('answers in the language that is wanted', async () => {
    const zh = (await (await post('{')).json()) as { detail: string };
    const en = (await (await post('{', { 'accept-language': 'en' })).json()) as { detail: string };
    expect([zh.detail, en.detail]).toEqual(['提交的 JSON 无法读取。', 'The body is not readable JSON.']);
  });

  it('renders every mistake of a form', async () => {
    const answer = await post('{}', { 'accept-language': 'en' }, '/wrong');
    expect(answer.headers.get('content-language')).toBe('en');
    expect(await answer.json()).toEqual({
      type: 'urn:lianban:problem:invalid-form',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'invalid-form',
      detail: 'The form has mistakes; see each field.',
      errors: [{ pointer: '/name', code: 'too-long', detail: 'too long' }],
    });
  });

  it('hides an unexpected error from the caller and logs its place', async () => {
    const answer = await post('{"name":"张三"}', {}, '/broken');
    expect(await answer.clone().text()).not.toContain('张三');
    expect(await refusal(answer)).toEqual([500, 'internal']);
    expect(lines.find((line) => line.includes('request failed'))).toContain('http-adapter.spec');
  });

  it('logs a request by its route and never its address, headers or body', async () => {
    const headers = { authorization: 'canary-1', 'user-agent': 'canary-2' };
    await fetch(`${address}/v1/things/canary-3?name=canary-4`, { headers });
    await post('{"canary-5":"370102199003070016"}');
    const logged = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ route }) => route);
    expect(logged).toMatchObject([
      { service: 'things', message: 'request', method: 'GET', route: '/v1/things/:id', status: 200 },
      { method: 'POST', route: '/v1/things', status: 200 },
    ]);
    expect(lines.join()).not.toMatch(/canary|370102/);
  });

  it.each(['/v1/things/7', '/v1/nothing'])(
    'lets nobody keep what %s answers, and names the request',
    async (path) => {
      const { headers } = await fetch(address + path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(lines.join()).toContain(headers.get('x-request-id'));
    },
  );

  it('measures requests by route', async () => {
    await fetch(`${address}/v1/things/canary`);
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{.*route="\/v1\/things\/:id",status="200".*\} 1/,
    );
    expect(metrics).not.toContain('canary');
  });

  it('is alive and ready', async () => {
    expect(await (await fetch(`${address}/health/live`)).json()).toEqual({ status: 'up' });
    expect(await (await fetch(`${address}/health/started`)).json()).toEqual({ status: 'up' });
    expect(await (await fetch(`${address}/health/ready`)).json()).toEqual({ status: 'up' });
  });

  it('has started, and is ready, only when all that it waits for has happened', async () => {
    const consumer = app.get(Readiness).require('consumer');
    for (const probe of ['started', 'ready']) {
      const answer = await fetch(`${address}/health/${probe}`);
      expect([answer.status, await answer.json()]).toEqual([
        503,
        { status: 'down', waitingFor: ['consumer'] },
      ]);
    }
    consumer.fulfil();
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
  });

  it('says of what it depends on since when it is away, and stays ready', async () => {
    const answer = await fetch(`${address}/health/dependencies`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'down',
      dependencies: {
        issuer: { status: 'down', since: expect.any(String), reason: expect.any(String) },
      },
      clockOffsetMs: 0,
    });
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
  });

  it('is not ready while it drains, and answers all the same', async () => {
    app.get(Readiness).drain();
    expect((await fetch(`${address}/health/ready`)).status).toBe(503);
    expect((await fetch(`${address}/health/started`)).status).toBe(200);
    expect((await fetch(`${address}/v1/things/7`)).status).toBe(200);
  });

  it('finishes what is under way when it goes down', async () => {
    arrived = nextTurn();
    leave = nextTurn();
    const slow = post('{}', {}, '/slow');
    await arrived.promise;
    const closed = app.close();
    leave.resolve(undefined);
    expect(await (await slow).json()).toEqual({ finished: true });
    await closed;
  });

  it('is not ready and takes nothing new once it goes down, yet is alive', async () => {
    app.getHttpAdapter().beforeClose?.();
    expect(await refusal(await fetch(`${address}/health/ready`))).toEqual([503, 'shutting-down']);
    expect(await refusal(await post('{}'))).toEqual([503, 'shutting-down']);
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
  });
});

describe('a service with a port for operators', () => {
  it('serves health and metrics there alone, and nothing else', async () => {
    const logger = Log.to({ write: () => true });
    const app = await createService(ThingsModule, { env: { ...env, OPERATIONS_PORT: '0' }, logger });
    const address = await startListening(app);
    const operations = `http://127.0.0.1:${app.get(OperationsServer).port}`;
    const statuses = (at: string) =>
      Promise.all(
        ['/health/live', '/health/ready', '/metrics', '/v1/things/7'].map(
          async (path) => (await fetch(at + path)).status,
        ),
      );
    expect(await statuses(address)).toEqual([404, 404, 404, 200]);
    expect(await statuses(operations)).toEqual([200, 200, 200, 404]);
    await app.close();
    await expect(fetch(`${operations}/health/live`)).rejects.toThrow();
  });
});

describe('a service behind another HTTP server', () => {
  it('answers without a port of its own', async () => {
    const app = await createService(ThingsModule, { env, logger: Log.to({ write: () => true }) });
    await startEvents(app);
    const door = createServer((request, response) =>
      app.getHttpAdapter().getInstance().routing(request, response),
    );
    await new Promise<void>((done) => door.listen(0, done));
    const { port } = door.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${String(port)}/v1/things/7`);
    expect(await answer.json()).toEqual({ id: '7' });
    door.closeAllConnections();
    door.close();
    await app.close();
  });
});
