import { BlockList, isIP, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Where a request comes from, without a port: the socket, or what our own proxy saw, the last address of `X-Forwarded-For`. */
export function clientAddress(
  { raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>,
  trustProxy: boolean,
): string {
  const seen = trustProxy
    ? addressIn(
        String(headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)!,
      )
    : undefined;
  return seen ?? addressIn(raw.socket.remoteAddress ?? '') ?? 'none';
}

/** What counts as one: of an IPv6 address the network, because one household has all of it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : Array<string>(8 - groups.length - rest.length).fill('0');
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

/** Tells whether an address is one of these addresses and networks (`10.1.0.0/16`). */
export function isAmong(list: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const each of list) {
    const [network = '', prefix] = each.split('/');
    known.addSubnet(network, Number(prefix ?? (isIPv6(network) ? 128 : 32)), familyOf(network));
  }
  return (address) => isIP(address) > 0 && known.check(address, familyOf(address));
}

export const isNetwork = (text: string): boolean => {
  const [network = '', prefix = '0', ...more] = text.split('/');
  const longest = isIPv6(network) ? 128 : 32;
  return isIP(network) > 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest && more.length === 0;
};

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** The address in `1.2.3.4:50123`, `[2001:db8::6]:443` and their like. */
function addressIn(written: string): string | undefined {
  const text = written.replace(/[\s"]/g, '').replace(/%[^\]]*/, '');
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? (isIP(text) ? text : text.replace(/:\d+$/, ''));
  const address = bare.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) ? address : undefined;
}
