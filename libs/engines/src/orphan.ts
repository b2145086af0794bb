import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** An earlier run was killed and left its engine alone with the folder: ends it, by the pid that was written there. */
export async function endOrphan(pidFile: string, folder: string, signal: NodeJS.Signals): Promise<void> {
  const pid = pidIn(pidFile);
  if (!pid || !isAlive(pid) || !isOf(pid, folder)) return;
  process.kill(pid, signal);
  while (isAlive(pid)) await pause(50);
}

function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

/** The pid may have gone to another program since: its command line must name the folder. */
function isOf(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
