import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Get, Injectable, Module, Res, type BeforeApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { createService, Log, Public, ServiceModule, startListening } from '../index.js';
import type { HttpAdapter } from './http-adapter.js';

/** Somebody connects while the service ends, and says nothing. */
@Injectable()
class SilentClient implements BeforeApplicationShutdown {
  port = 0;
  async beforeApplicationShutdown(): Promise<void> {
    if (this.port > 0) await once(connect(this.port, '127.0.0.1'), 'connect');
  }
}

const begun = Promise.withResolvers<undefined>();
const mayAnswer = Promise.withResolvers<undefined>();

@Controller('v1/slow')
class SlowController {
  @Get()
  @Public()
  async answer() {
    begun.resolve(undefined);
    await mayAnswer.promise;
    return {};
  }

  @Get('half-said')
  @Public()
  async sayTheRest(@Res() reply: FastifyReply) {
    const { raw } = reply.hijack();
    raw.writeHead(200).write('half');
    await mayAnswer.promise;
    raw.end();
  }
}

@Module({
  imports: [ServiceModule.for({ name: 'draining' })],
  controllers: [SlowController],
  providers: [SilentClient],
})
class Draining {}

describe('a service that is about to end', () => {
  const agent = new Agent({ keepAlive: true });
  let app: NestFastifyApplication;
  let address: string;
  let last: Promise<IncomingMessage>;
  let halfSaid: IncomingMessage;

  beforeAll(async () => {
    const env = { PORT: '0', OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: 'lianban' };
    app = await createService(Draining, { env, logger: Log.to({ write: () => {} }) });
    address = await startListening(app);
    last = ask('v1/slow');
    await begun.promise;
    const request = get(`${address}/v1/slow/half-said`, { agent });
    [halfSaid] = (await once(request, 'response')) as [IncomingMessage];
  });

  const ask = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) =>
      get(`${address}/${path}`, { agent }, (answer) =>
        answer.resume().once('end', () => resolve(answer)),
      ).once('error', reject),
    );

  it('answers, and asks who keeps his connection to open another one', async () => {
    expect((await ask('health/live')).headers.connection).toBe('keep-alive');
    (app.getHttpAdapter() as unknown as HttpAdapter).drain();
    const { statusCode, headers } = await ask('health/live');
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
  });

  it('ends although somebody connects meanwhile and says nothing, and to who waits for an answer it is the last of his connection', async () => {
    app.get(SilentClient).port = Number(new URL(address).port);
    const ended = app.close();
    while (app.getHttpServer().listening) await nextTurn();
    mayAnswer.resolve(undefined);
    const { statusCode, headers } = await last;
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
    await once(halfSaid.resume(), 'end');
    await ended;
    await expect(fetch(`${address}/health/live`)).rejects.toThrow();
  });
});
