import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BODY } from './life-cycle.js';
import type { LoopQuestion } from './pg-loop.js';
import { Program } from '../program.js';

const run = promisify(execFile);
const CLIENTS = 32;

export interface LifeCycles {
  perSecond: number;
  count: number;
}

/** `pgbench` where it is installed; else a loop of our own that does the same. */
export const hasPgbench = (): Promise<boolean> =>
  run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );

/** Runs the statements over and over, each its own commit, by 32 clients. */
export async function byPgbench(
  database: string,
  statements: readonly string[],
  seconds: number,
  folder: string,
): Promise<LifeCycles> {
  const script = join(folder, 'life-cycle.sql');
  // The first gives the id that the others need.
  await writeFile(script, statements.map((sql, place) => sql + (place === 0 ? ' \\gset\n' : ';\n')).join(''));
  const options = ['-n', '-M', 'prepared', '-c', String(CLIENTS), '-j', '2', '-T', String(seconds)];
  const { stdout } = await run('pgbench', [...options, '-D', `body=${BODY}`, '-f', script, database]);
  return {
    // Where not one came to its end, pgbench names no rate.
    perSecond: Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? 0),
    count: Number(/transactions actually processed: (\d+)/.exec(stdout)![1]),
  };
}

export async function byLoop(
  database: string,
  statements: readonly string[],
  seconds: number,
): Promise<LifeCycles> {
  const loop = new Program('./references/pg-loop.js');
  try {
    return await loop.ask<LifeCycles>({
      database,
      statements,
      seconds,
      clients: CLIENTS,
    } satisfies LoopQuestion);
  } finally {
    await loop.stop();
  }
}
