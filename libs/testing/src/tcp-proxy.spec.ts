import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { freePort } from '@lianban/engines';
import { eventually } from './eventually.js';
import { TcpProxy } from './tcp-proxy.js';

describe('TcpProxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  let client: Socket;
  const received: Buffer[] = [];

  beforeEach(async () => {
    received.length = 0;
    server = createServer((socket) =>
      socket.on('data', (piece) => socket.write(piece)).on('error', () => {}),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = await freePort();
    proxy = await TcpProxy.start(port, (server.address() as AddressInfo).port);
    client = connect(port, '127.0.0.1');
    client.on('data', (piece: Buffer) => received.push(piece)).on('error', () => {});
    await once(client, 'connect');
    await echo('ready');
  });
  afterEach(async () => {
    client.destroy();
    await proxy.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  const echo = async (text: string): Promise<void> => {
    client.write(text);
    await once(client, 'data');
  };
  const whenClosed = (): Promise<void> => new Promise((resolve) => client.once('close', () => resolve()));
  const heard = (): string => Buffer.concat(received).toString();

  it('carries everything both ways', async () => {
    await echo(' again');
    expect(heard()).toBe('ready again');
  });

  it('breaks connections off and refuses new ones', async () => {
    const closed = whenClosed();
    proxy.hurt({ kind: 'reset' });
    await closed;
    expect(heard()).toBe('ready');
  });

  it('holds back what comes while it delays, and loses none of it', async () => {
    proxy.hurt({ kind: 'delay', milliseconds: 30 });
    await echo(' late');
    proxy.heal();
    await echo(' soon');
    expect(heard()).toBe('ready late soon');
  });

  it('lets half of a piece through and breaks off', async () => {
    proxy.hurt({ kind: 'tear' });
    const closed = whenClosed();
    client.write('12345678');
    await closed;
    expect(heard()).not.toContain('12345678');
  });

  it('breaks off what lost bytes when it is healed', async () => {
    proxy.hurt({ kind: 'swallow' });
    const closed = whenClosed();
    client.write('lost');
    await eventually(() => expect(proxy.swallowed).toBe(4));
    proxy.heal();
    await closed;
    expect(heard()).toBe('ready');
  });

  it('spares a connection that is not hit', async () => {
    proxy.hurt({ kind: 'swallow' }, () => false);
    await echo(' spared');
    expect(heard()).toBe('ready spared');
  });
});
