import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** An earlier run was killed and left its engine alone with the folder: ends it, by the pid that was written there. */
export async function endOrphan(pidFile: string, folder: string, signal: NodeJS.Signals): Promise<void> {
  const pid = pidIn(pidFile);
  if (!pid || !isAlive(pid) || !belongsTo(pid, folder)) return;
  process.kill(pid, signal);
  while (isAlive(pid)) await pause(50);
}

export function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

/** The pid may have gone to another program since: its command line must name the folder. */
function belongsTo(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** SIGKILL for a process and its children; answers when all of them are gone. */
export async function killWithChildren(pid: number): Promise<void> {
  const pids = [pid, ...childrenOf(pid)];
  for (const each of pids) if (isAlive(each)) process.kill(each, 'SIGKILL');
  while (pids.some((each) => isAlive(each) && !isZombie(each))) await pause(20);
}

/** Orphans become children of the machine's first process, which may never ask how they ended. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
