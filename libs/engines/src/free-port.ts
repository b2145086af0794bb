import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range from which the system gives ports to outgoing connections: nobody takes one in between.
const MIN_PORT = 10_000;
const MAX_PORT = 32_000;

/**
 * A port of 127.0.0.1 that was free a moment ago. No other caller is given it, in whatever process, until this process
 * ends: whoever asked for it may not listen there yet, or not any more and soon again.
 */
export const freePort = (): Promise<number> => freePorts(1);

/** The first of so many free ports in a row. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = MIN_PORT + Math.floor(Math.random() * (MAX_PORT - MIN_PORT - count));
    const ports = Array.from({ length: count }, (_, i) => first + i);
    if ((await Promise.all(ports.map(reserve))).every(Boolean)) return first;
  }
}

const reserve = async (port: number): Promise<boolean> => (await hold(port)) && isFree(port);

/** Holds the UDP port of the same number, which nobody here uses: the system ends that with the process, however it ends. */
function hold(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true)).unref();
  });
}

/** Can a server listen there now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
