import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPTS = fileURLToPath(new URL('./python/', import.meta.url));
const ENVIRONMENT = fileURLToPath(new URL('../../../.interop/', import.meta.url));
const REQUIREMENTS = join(SCRIPTS, 'requirements.txt');
const INSTALLED = join(ENVIRONMENT, 'requirements.txt');
const PYTHON = join(ENVIRONMENT, 'bin/python');

/** Something this machine does not have; says by which command it is installed. */
export class Missing extends Error {}

/** Makes a virtual environment with the pinned packages, anew where those have changed. @throws Missing */
export function installPython(print: (line: string) => void): void {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) return;
  print('Installing what is in requirements.txt from PyPI (once) …');
  run(
    'python3',
    ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'],
    'Python 3.10 or newer is missing: apt-get install python3 python3-venv',
  );
  run(
    'python3',
    ['-m', 'venv', '--clear', ENVIRONMENT],
    'Python cannot make virtual environments: apt-get install python3-venv',
  );
  run(
    PYTHON,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS],
    'The packages could not be had from PyPI',
  );
  copyFileSync(REQUIREMENTS, INSTALLED);
}

export const pythonPackages = (): string[] => readFileSync(REQUIREMENTS, 'utf8').trim().split('\n');

function run(command: string, args: string[], message: string): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Missing(`${message} (${(stderr ?? '').trim().split('\n').at(-1) ?? ''})`);
}

/** A script that runs; each line that it prints is JSON. */
export class Script<Line> {
  readonly lines: Line[] = [];
  private readonly child: ChildProcess;

  constructor(name: string, args: readonly string[]) {
    this.child = spawn(PYTHON, [join(SCRIPTS, name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout! }).on('line', (line) =>
      this.lines.push(JSON.parse(line) as Line),
    );
  }

  /** Its exit code, undefined while it runs. */
  get code(): number | undefined {
    return this.child.exitCode ?? undefined;
  }

  async ended(): Promise<number> {
    if (this.code === undefined) await once(this.child, 'close');
    return this.child.exitCode ?? 1;
  }

  async stop(): Promise<void> {
    if (this.code !== undefined) return;
    this.child.kill();
    await once(this.child, 'close');
  }
}
