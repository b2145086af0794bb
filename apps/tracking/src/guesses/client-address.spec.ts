import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    raw: { socket: { remoteAddress } },
    headers: { 'x-forwarded-for': forwarded },
  }) as unknown as FastifyRequest;

describe('clientAddress', () => {
  it('takes the socket, whatever the client says of himself', () => {
    expect(clientAddress(from('10.0.0.1', '1.2.3.4'), false)).toBe('10.0.0.1');
    expect(clientAddress(from('::ffff:10.0.0.1'), false)).toBe('10.0.0.1');
  });

  it('takes what our own proxy saw where there is one: the last address it names', () => {
    expect(clientAddress(from('10.0.0.1', '6.6.6.6, 1.2.3.4'), true)).toBe('1.2.3.4');
    expect(clientAddress(from('10.0.0.1'), true)).toBe('10.0.0.1');
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('counts all of the network of %s as one', (address, network) => {
    expect(clientAddress(from(address), false)).toBe(network);
  });
});
