import { readdirSync, readFileSync } from 'node:fs';

// Linux counts CPU time for programs in hundredths of a second, whatever its own clock.
const TICK_MS = 10;

/** CPU time of one process, in milliseconds. */
export interface Used {
  pid: number;
  parent: number;
  command: string;
  own: number;
  /** Of its children that have ended and were waited for. */
  ended: number;
}

/** The fields of `/proc/<pid>/stat` that tell who it is and what it used. */
export function readStat(stat: string): Omit<Used, 'command'> {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (first: number): number => (Number(fields[first]) + Number(fields[first + 1])) * TICK_MS;
  return { pid: Number.parseInt(stat), parent: Number(fields[1]), own: ticks(11), ended: ticks(13) };
}

/** CPU milliseconds of the whole machine since its start, from `/proc/stat`. */
export interface MachineTime {
  /** Spent by programs and the kernel for them, interrupts left out: nobody's process is charged with those. */
  busy: number;
  /** Taken by other guests of the same host. */
  stolen: number;
}

export function readMachine(stat: string): MachineTime {
  const [, user, nice, system, , , , , steal] = stat.split('\n')[0]!.split(/ +/).map(Number);
  return { busy: (user! + nice! + system!) * TICK_MS, stolen: (steal ?? 0) * TICK_MS };
}

/** Every process of the machine. */
export function processes(): Used[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // One that has ended and was not yet waited for has only its short name.
        return [{ ...readStat(stat), command: command || /\((.*)\)/.exec(stat)![1]! }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** These processes and all that they started. */
export function familyOf(roots: readonly number[], all: readonly Used[]): Used[] {
  const family = new Set(roots);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

/** Resident memory in MB; shared pages count for each who has them, and one who has ended has none. */
export function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
