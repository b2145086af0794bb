import { createServer } from 'node:net';

// Below the range from which the system gives ports to outgoing connections: nobody takes one in between.
const MIN_PORT = 10_000;
const MAX_PORT = 32_000;
/** Whoever asked for one may not listen there yet. */
const given = new Set<number>();

/** A port of 127.0.0.1 that was free a moment ago, and that this process has not been given before. */
export const freePort = (): Promise<number> => freePorts(1);

/** The first of so many free ports in a row. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = MIN_PORT + Math.floor(Math.random() * (MAX_PORT - MIN_PORT - count));
    const ports = Array.from({ length: count }, (_, i) => first + i);
    if (ports.some((port) => given.has(port))) continue;
    ports.forEach((port) => given.add(port));
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

/** Can a server listen there now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
