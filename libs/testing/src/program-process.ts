import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import { COMPILE_CACHE } from './running-stack.js';

const PROGRAMS = fileURLToPath(new URL('../../../apps/standalone/dist/programs/', import.meta.url));

/** One program of the image as a cluster starts it: only its environment tells it anything. */
export class ProgramProcess {
  readonly lines: string[] = [];
  /** The code or the signal that it ended with. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly child: ChildProcess;

  constructor(program: string, env: Record<string, string>) {
    this.child = spawn(process.execPath, [join(PROGRAMS, `${program}.js`)], {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    this.ended = once(this.child, 'exit').then(
      ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
    );
  }

  async untilSaid(text: string | RegExp): Promise<void> {
    await eventually(() => expect(this.lines.join('\n')).toMatch(text));
  }

  /** Answers what it ended with. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return this.ended;
  }
}
