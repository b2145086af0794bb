import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { COMPILE_CACHE } from '@lianban/testing';
import type { ProgramFiles } from './paths.js';

const PRELOADS = new URL('../../dist/preloads/', import.meta.url);
const RESTART_DELAY_MS = 1_000;
const KILL_DELAY_MS = 20_000;

/** A preload's name under `preloads/` without `.js`. */
export type Preload = 'stop-with-parent' | 'shift-clock' | 'kill-at-step' | 'plant';
/** What changes the product's own modules. */
const CHANGE_MODULES: readonly Preload[] = ['kill-at-step', 'plant'];

export interface Program extends ProgramFiles {
  env: Record<string, string>;
}

/** What a process is started with besides its program. */
export interface Extra {
  preloads: readonly Preload[];
  env: Record<string, string>;
}

export interface Ending {
  name: string;
  at: number;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Did the harness itself end it? */
  expected: boolean;
}

interface Member {
  program: Program;
  child: ChildProcess;
  /** For its next start alone. */
  next?: Extra;
}

const NO_EXTRA: Extra = { preloads: [], env: {} };

/** Processes by name that are started again a second after they died, as a cluster would; each has a log of its own. */
export class Processes {
  readonly endings: Ending[] = [];
  private readonly members = new Map<string, Member>();
  private readonly logs = new Map<string, WriteStream>();
  private readonly expected = new Set<ChildProcess>();
  private isEnding = false;

  /**
   * @param always what every process is started with
   * @param onEnd called for each that ended
   */
  constructor(
    private readonly logFolder: string,
    private readonly always: Extra = NO_EXTRA,
    private readonly onEnd: (name: string) => void = () => {},
  ) {}

  start(name: string, program: Program, extra: Extra = NO_EXTRA): void {
    const preloads: Preload[] = ['stop-with-parent', ...this.always.preloads, ...extra.preloads];
    const needsModules = preloads.some((preload) => CHANGE_MODULES.includes(preload));
    const imports = preloads.flatMap((preload) => ['--import', new URL(`${preload}.js`, PRELOADS).href]);
    const child = spawn(process.execPath, [...imports, needsModules ? program.modules : program.main], {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        ...program.env,
        ...this.always.env,
        ...extra.env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.members.set(name, { program, child });
    const log = this.logOf(name);
    for (const stream of [child.stdout!, child.stderr!]) stream.pipe(log, { end: false });
    child.once('exit', (code, signal) => this.recordEnd(name, child, code, signal));
  }

  private recordEnd(
    name: string,
    child: ChildProcess,
    code: number | null,
    signal: NodeJS.Signals | null,
  ): void {
    this.endings.push({ name, at: Date.now(), code, signal, expected: this.expected.has(child) });
    this.onEnd(name);
    this.logOf(name).write(`--- ended (${signal ?? code}) at ${new Date().toISOString()}\n`);
    setTimeout(() => {
      const { program, child: current, next } = this.members.get(name)!;
      if (!this.isEnding && current === child) this.start(name, program, next);
    }, RESTART_DELAY_MS);
  }

  private logOf(name: string): WriteStream {
    const log = this.logs.get(name) ?? createWriteStream(join(this.logFolder, `${name}.log`));
    this.logs.set(name, log);
    return log.setMaxListeners(0);
  }

  names(): string[] {
    return [...this.members.keys()];
  }

  pids(): Record<string, number> {
    return Object.fromEntries([...this.members].map(([name, { child }]) => [name, child.pid!]));
  }

  isRunning(name: string): boolean {
    return isRunning(this.members.get(name)!.child);
  }

  /** Sends a signal; one that ends it counts as the harness's own doing. */
  signal(name: string, signal: NodeJS.Signals): void {
    const { child } = this.members.get(name)!;
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.expected.add(child);
    child.kill(signal);
  }

  /** Ends it and has it started again, once, with something more. Answers when it has ended. */
  async restart(name: string, parameters: 'SIGKILL' | 'SIGTERM', extra?: Extra): Promise<void> {
    const member = this.members.get(name)!;
    member.next = extra;
    if (!isRunning(member.child)) return;
    const exited = once(member.child, 'exit');
    this.signal(name, parameters);
    await exited;
  }

  /** Asks all to end, and ends those that do not. */
  async stop(): Promise<void> {
    this.isEnding = true;
    await Promise.all([...this.members.values()].map(({ child }) => end(child)));
    for (const log of this.logs.values()) log.end();
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  // A stopped process handles no other signal.
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const late = new AbortController();
  const timeoutMs = pause(KILL_DELAY_MS, undefined, { signal: late.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  );
  await exited;
  late.abort();
  await timeoutMs;
}
