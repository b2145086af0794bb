import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Environment } from '@lianban/service-kit';

const STOP_WITH_PARENT = new URL('./stop-with-parent.js', import.meta.url).href;
/**
 * Nine services share a machine: V8 would rather grow to gigabytes than look for garbage. None keeps more than a chunk. So
 * little allowed, it would look through all of it again after half more, some forty times a minute under load.
 */
export const HEAP_FLAGS = [
  '--max-old-space-size=128',
  '--max-semi-space-size=16',
  '--heap-growing-percent=90',
];
/** glibc would keep what a burst took for good, in an arena for each thread; from 128 KiB on it gives back (mallopt(3)). */
const MALLOC_ENV = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024),
  MALLOC_MMAP_THRESHOLD_: String(128 * 1024),
};
const RESTART_DELAY_MS = 1_000;
const KILL_DELAY_MS = 20_000;

/** Processes that this one started and ends; one that dies is started again, as a cluster would. */
export class ChildProcesses {
  private readonly running = new Map<string, ChildProcess>();
  private ending = false;

  constructor(
    private readonly ownEnv: Environment,
    private readonly write: (line: string) => void,
  ) {}

  /** Starts a program under a name; every line it writes goes to the one log with that name. */
  start(name: string, program: string, env: Record<string, string>, flags: readonly string[] = []): void {
    const { PATH, NODE_COMPILE_CACHE, NODE_OPTIONS } = this.ownEnv;
    const child = spawn(process.execPath, [...flags, '--import', STOP_WITH_PARENT, program], {
      env: { PATH, NODE_COMPILE_CACHE, NODE_OPTIONS, ...MALLOC_ENV, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.running.set(name, child);
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on('line', (line) => this.write(`${name.padEnd(20)} ${line}`));
    child.once('exit', (code, signal) => {
      if (this.ending) return;
      this.write(`${name.padEnd(20)} ended (${signal ?? code}), starting it again`);
      setTimeout(() => {
        if (this.ending) return;
        this.start(name, program, env, flags);
        this.write(`  ${name.padEnd(20)} pid ${this.pids()[name]}`);
      }, RESTART_DELAY_MS);
    });
  }

  pids(): Record<string, number> {
    return Object.fromEntries([...this.running].map(([name, child]) => [name, child.pid!]));
  }

  /** Asks all to end, and ends those that do not. */
  async stop(): Promise<void> {
    this.ending = true;
    await Promise.all([...this.running.values()].map(end));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_DELAY_MS);
  await exited;
  clearTimeout(timer);
}
