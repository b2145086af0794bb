import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PublishOrder } from './worker.js';

// The built worker: a child process cannot run the sources.
const WORKER = fileURLToPath(new URL('../../dist/conformance/worker.js', import.meta.url));

export interface ForkOptions {
  role: 'intake' | 'keeper';
  env: Record<string, string>;
  killAt?: string;
  killAfter?: number;
  execArgv?: string[];
}

/** A service in a process of its own that may be killed, or kill itself at a step. */
export class Forked {
  private readonly errors: string[] = [];
  readonly gone: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.gone = once(child, 'exit');
    child.stderr!.on('data', (text: Buffer) => this.errors.push(text.toString()));
  }

  static async start({ role, env, killAt, killAfter, execArgv = [] }: ForkOptions): Promise<Forked> {
    const forked = new Forked(
      fork(WORKER, {
        execArgv,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: {
          PATH: process.env.PATH,
          ...env,
          ROLE: role,
          KILL_AT: killAt ?? '',
          KILL_AFTER: String(killAfter ?? 1),
        },
      }),
    );
    await Promise.race([once(forked.child, 'message'), forked.gone.then(() => forked.complain())]);
    return forked;
  }

  private complain(): never {
    throw new Error(`the worker ended before it was ready: ${this.errors.join('').slice(-2_000)}`);
  }

  publish(publish: PublishOrder['publish']): void {
    this.child.send({ publish } satisfies PublishOrder);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.gone;
  }
}
