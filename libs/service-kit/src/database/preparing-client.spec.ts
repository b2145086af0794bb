import { createServer, type AddressInfo, type Server } from 'node:net';
import pg from 'pg';
import { PreparingClient } from './preparing-client.js';

const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const TERMINATED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0'));

describe('a connection', () => {
  let server: Server;

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('that is ended while the pool hands it over fails its user, and not the process', async () => {
    server = createServer((socket) =>
      socket
        .on('error', () => {})
        .once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, TERMINATED]))),
    ).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'any', Client: PreparingClient });
    const client = await pool.connect();
    await expect(client.query('select 1')).rejects.toThrow();
    client.release(true);
    await pool.end();
  });
});
