import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Module } from '@nestjs/common';
import { createService, Log, ServiceModule, startListening } from '../index.js';

@Module({ imports: [ServiceModule.for({ name: 'unused' })] })
class Unused {}

describe('a connection on which nothing was asked', () => {
  let socket: Socket;
  afterAll(() => socket.destroy());

  it('does not hold up the end of the service', async () => {
    const env = { PORT: '0', OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: 'lianban' };
    const app = await createService(Unused, { env, logger: Log.to({ write: () => {} }) });
    const { port } = new URL(await startListening(app));
    socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    await once(app.getHttpServer(), 'connection');
    await app.close();
    expect(socket.readable && app.getHttpServer().listening).toBe(false);
  });
});
