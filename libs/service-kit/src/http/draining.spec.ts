import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Injectable, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService, Log, ServiceModule, startListening } from '../index.js';
import type { HttpAdapter } from './http-adapter.js';

/** Somebody connects while the service ends, and says nothing. */
@Injectable()
class SilentClient implements BeforeApplicationShutdown {
  port = 0;
  async beforeApplicationShutdown(): Promise<void> {
    if (this.port > 0) await once(connect(this.port, '127.0.0.1'), 'connect');
  }
}

@Module({ imports: [ServiceModule.for({ name: 'draining' })], providers: [SilentClient] })
class Draining {}

describe('a service that is about to end', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let app: NestFastifyApplication;
  let address: string;

  beforeAll(async () => {
    const env = { PORT: '0', OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: 'lianban' };
    app = await createService(Draining, { env, logger: Log.to({ write: () => {} }) });
    address = await startListening(app);
  });

  const ask = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) =>
      get(`${address}/health/live`, { agent }, (answer) =>
        answer.resume().once('end', () => resolve(answer)),
      ).once('error', reject),
    );

  it('answers, and asks who keeps his connection to open another one', async () => {
    expect((await ask()).headers.connection).toBe('keep-alive');
    (app.getHttpAdapter() as unknown as HttpAdapter).drain();
    const { statusCode, headers } = await ask();
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
  });

  it('ends although somebody connects meanwhile and says nothing', async () => {
    app.get(SilentClient).port = Number(new URL(address).port);
    agent.destroy();
    await app.close();
    await expect(fetch(`${address}/health/live`)).rejects.toThrow();
  });
});
