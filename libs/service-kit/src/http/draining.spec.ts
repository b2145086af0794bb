import { Agent, get, type IncomingMessage } from 'node:http';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService, Log, ServiceModule, startListening } from '../index.js';
import type { HttpAdapter } from './http-adapter.js';

@Module({ imports: [ServiceModule.for({ name: 'draining' })] })
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
  afterAll(async () => {
    agent.destroy();
    await app.close();
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
});
