import type { FastifyRequest } from 'fastify';

/**
 * Where a request comes from: the socket, or what our own proxy saw, the last address of `X-Forwarded-For`. Of an IPv6
 * address the network counts, because one household has all of it.
 */
export function clientAddress(
  { raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>,
  trustProxy: boolean,
) {
  const forwarded = trustProxy
    ? String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)!
        .trim()
    : '';
  const address = (forwarded || raw.socket.remoteAddress || 'none').replace(/^::ffff:/i, '');
  return address.includes(':') ? network(address) : address.slice(0, 64);
}

function network(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...(tail === undefined ? [] : zeros), ...rest].slice(0, 4).join(':').slice(0, 64);
}
