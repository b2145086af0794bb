import { existsSync } from 'node:fs';
import { memoryOf } from './proc.js';

const EVERY_MS = 500;

/** Looks at the memory of processes until it is stopped. */
export class MemoryWatch {
  private readonly most: Record<string, number> = {};
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: readonly (readonly [name: string, pid: number])[]) {
    this.timer = setInterval(() => this.look(), EVERY_MS);
    this.look();
  }

  /** Answers the most that each held, in MB. */
  stop(): Record<string, number> {
    this.look();
    clearInterval(this.timer);
    return this.most;
  }

  private look(): void {
    for (const [name, pid] of this.pids)
      if (existsSync(`/proc/${pid}`)) this.most[name] = Math.max(this.most[name] ?? 0, memoryOf(pid));
  }
}
