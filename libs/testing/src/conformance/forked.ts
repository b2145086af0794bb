import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../running-stack.js';
import type { MessagingFixture } from './messaging-fixture.js';
import { ROLES, type PublishOrder, type WorkerRole } from './worker-roles.js';

// The built worker: a child process cannot run the sources.
const WORKER = fileURLToPath(new URL('../../dist/conformance/worker.js', import.meta.url));

export interface ForkOptions {
  role: WorkerRole;
  env?: Record<string, string>;
  killAt?: string;
  killAfter?: number;
  execArgv?: string[];
}

/** Services in a process of their own that may be killed, or kill itself at a step. */
export class Forked {
  private readonly errors: string[] = [];
  readonly exited: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit');
    child.stderr!.on('data', (text: Buffer) => this.errors.push(text.toString()));
  }

  /** Throws with what it wrote where it ends before it is ready. */
  static async start(fixture: MessagingFixture, options: ForkOptions): Promise<Forked> {
    const { role, env, killAt = '', killAfter = 1, execArgv = [] } = options;
    const urls = ROLES[role].map((module) => fixture.envOf(module).DATABASE_URL);
    const forked = new Forked(
      fork(WORKER, {
        execArgv,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: {
          PATH: process.env.PATH,
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          ...fixture.envOf(ROLES[role][0]),
          KAFKA_SESSION_TIMEOUT_MS: '6000',
          ...env,
          ROLE: role,
          URLS: JSON.stringify(urls),
          KILL_AT: killAt,
          KILL_AFTER: String(killAfter),
        },
      }),
    );
    await Promise.race([once(forked.child, 'message'), forked.exited.then(() => forked.throwErrors())]);
    return forked;
  }

  private throwErrors(): never {
    throw new Error(`the worker ended before it was ready: ${this.errors.join('').slice(-2_000)}`);
  }

  publish(ids: readonly string[], version = 1): void {
    const publish = ids.map((requestId) => ({ requestId, version }));
    this.child.send({ publish } satisfies PublishOrder);
  }

  /** Resolves when what was published last has been committed. */
  async published(): Promise<void> {
    await once(this.child, 'message');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.exited;
  }
}
