import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  cores: number;
  cpu: string;
  memoryGb: number;
  kernel: string;
  node: string;
  postgres: string;
  commit: string;
}

export const describeMachine = (root: string, postgres: string): Machine => ({
  cores: cpus().length,
  cpu: cpus()[0]!.model,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
  postgres,
  commit: commitOf(root),
});

function commitOf(root: string): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') && ', changed');
  } catch {
    return 'unknown';
  }
}
