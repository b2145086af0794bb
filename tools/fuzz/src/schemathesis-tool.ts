import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PINNED = 'schemathesis==4.32.5';
const INSTALLED = fileURLToPath(new URL(`../../../.schemathesis/${PINNED}/`, import.meta.url));
const TOOL = join(INSTALLED, 'bin/st');
/** Where a run leaves its logs. */
export const FOLDER = fileURLToPath(new URL('../../../.results/fuzz/', import.meta.url));

/** Something this machine does not have; says what. */
export class Missing extends Error {}

/** Installs schemathesis into a folder of its own, once. @throws Missing */
export function installSchemathesis(print: (line: string) => void): void {
  if (existsSync(TOOL)) return;
  const { status } = spawnSync('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']);
  if (status !== 0)
    throw new Missing('Python 3.10 or newer with its module venv is needed (Debian: python3, python3-venv).');
  print(`Installing ${PINNED} (once) …`);
  run('python3', ['-m', 'venv', INSTALLED], 'A virtual environment could not be made (Debian: python3-venv)');
  run(join(INSTALLED, 'bin/pip'), ['install', '--quiet', PINNED], `${PINNED} could not be had from PyPI`);
}

function run(command: string, args: string[], message: string): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Missing(`${message}: ${(stderr ?? '').trim().split('\n').at(-1)}`);
}

export interface ToolRun {
  code: number;
  output: string;
}

let running: ChildProcess | undefined;

/** Ends what is under way. */
export const stopSchemathesis = (): void => void running?.kill();

/** Runs it with these arguments; `env` is what its hooks read. */
export function schemathesis(args: string[], env: Record<string, string>): Promise<ToolRun> {
  const child = spawn(TOOL, args, { cwd: FOLDER, env: { PATH: process.env.PATH, ...env } });
  running = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 1, output })));
}
