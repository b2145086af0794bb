import { isFree } from '@lianban/engines';

/** Another program has a port that we need; the message says what to do. */
export class PortTaken extends Error {
  constructor(port: number, purpose: string, variable: string) {
    super(
      `Port ${port} (${purpose}) is taken by another program. End it, or choose another port: ` +
        `${variable}=${port + 1000} npm start. An earlier Lianban that still runs is ended with Ctrl-C in its window.`,
    );
  }
}

/** Throws {@link PortTaken} for the first port that is not free. */
export async function requireFree(
  ports: readonly { port: number; purpose: string; variable: string }[],
): Promise<void> {
  for (const { port, purpose, variable } of ports)
    if (!(await isFree(port))) throw new PortTaken(port, purpose, variable);
}
