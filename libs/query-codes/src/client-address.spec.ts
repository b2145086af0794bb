import type { FastifyRequest } from 'fastify';
import { clientAddress, isAmong, networkOf } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    raw: { socket: { remoteAddress } },
    headers: { 'x-forwarded-for': forwarded },
  }) as unknown as FastifyRequest;

describe('clientAddress', () => {
  it("uses the socket's address, whatever the client claims", () => {
    expect(clientAddress(from('10.0.0.1', '1.2.3.4'), false)).toBe('10.0.0.1');
    expect(clientAddress(from('::ffff:10.0.0.1'), false)).toBe('10.0.0.1');
  });

  it('takes what our own proxy saw where there is one: the last address it names', () => {
    expect(clientAddress(from('10.0.0.1', '6.6.6.6, 1.2.3.4'), true)).toBe('1.2.3.4');
    expect(clientAddress(from('10.0.0.1'), true)).toBe('10.0.0.1');
  });

  it.each([
    ['1.2.3.4:50123', '1.2.3.4'],
    ['1.2.3.4 : 50123', '1.2.3.4'],
    ['"1.2.3.4:50123"', '1.2.3.4'],
    ['[2001:db8::6]:443', '2001:db8::6'],
    ['[2001:db8::6]', '2001:db8::6'],
    ['2001:db8::6', '2001:db8::6'],
    ['[::ffff:1.2.3.4]:443', '1.2.3.4'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('cuts off what is no address of %s', (forwarded, address) =>
    expect(clientAddress(from('10.0.0.1', forwarded), true)).toBe(address),
  );

  it('takes the socket where the proxy names no address', () =>
    expect(clientAddress(from('10.0.0.1', 'unknown'), true)).toBe('10.0.0.1'));
});

it.each([
  ['1.2.3.4', '1.2.3.4'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('all of the network of %s is one', (address, network) => expect(networkOf(address)).toBe(network));

it.each([
  ['10.1.2.3', ['10.1.0.0/16'], true],
  ['10.2.2.3', ['10.1.0.0/16'], false],
  ['10.2.2.3', ['10.2.2.3'], true],
  ['2001:db8::6', ['2001:db8::/32'], true],
  ['2001:db8::6', [], false],
])('%s among %j: %s', (address, list, is) => expect(isAmong(list)(address)).toBe(is));
