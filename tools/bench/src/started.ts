import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 2;
const TIMEOUT_MS = 60_000;

/** A program that was started to see how long that takes, or to ask it something. */
export class Started {
  private constructor(
    private readonly child: ChildProcess,
    /** From the start to the first good answer, milliseconds. */
    readonly tookMs: number,
  ) {}

  /** Runs a Node program until its address answers 200. */
  static async run(args: readonly string[], env: NodeJS.ProcessEnv, url: string): Promise<Started> {
    const from = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    while (!(await answers(url))) {
      if (child.exitCode !== null || performance.now() - from > TIMEOUT_MS)
        throw new Error(`${args.join(' ')} did not answer at ${url}`);
      await pause(POLL_MS);
    }
    return new Started(child, performance.now() - from);
  }

  get pid(): number {
    return this.child.pid!;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

/** Does it so many times, one after another. */
export async function times<T>(count: number, action: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  while (all.length < count) all.push(await action());
  return all;
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const parsed = request(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    parsed.once('error', () => resolve(false)).end();
  });
}
