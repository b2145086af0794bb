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
      socket.on('data', (chunk) => socket.write(chunk)).on('error', () => {}),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = await freePort();
    proxy = await TcpProxy.start(port, (server.address() as AddressInfo).port);
    client = connect(port, '127.0.0.1');
    client.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => {});
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
  const output = (): string => Buffer.concat(received).toString();

  it('carries everything both ways', async () => {
    await echo(' again');
    expect(output()).toBe('ready again');
  });

  it('breaks connections off and refuses new ones', async () => {
    const closed = whenClosed();
    proxy.inject({ kind: 'reset' });
    await closed;
    expect(output()).toBe('ready');
  });

  it('holds back what comes while it delays, and loses none of it', async () => {
    proxy.inject({ kind: 'delay', milliseconds: 30 });
    await echo(' late');
    proxy.recover();
    await echo(' soon');
    expect(output()).toBe('ready late soon');
  });

  it('lets half of a piece through and breaks off', async () => {
    proxy.inject({ kind: 'truncate' });
    const closed = whenClosed();
    client.write('12345678');
    await closed;
    expect(output()).not.toContain('12345678');
  });

  it('breaks off what lost bytes when it recovers', async () => {
    proxy.inject({ kind: 'drop' });
    const closed = whenClosed();
    client.write('lost');
    await eventually(() => expect(proxy.droppedBytes).toBe(4));
    proxy.recover();
    await closed;
    expect(output()).toBe('ready');
  });

  it('spares a connection that is not hit', async () => {
    proxy.inject({ kind: 'drop' }, () => false);
    await echo(' spared');
    expect(output()).toBe('ready spared');
  });
});
