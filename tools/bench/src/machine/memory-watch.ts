import { existsSync } from 'node:fs';
import { memoryOf } from './proc.js';

const SAMPLE_INTERVAL_MS = 500;

/** Looks at the memory of processes until it is stopped. */
export class MemoryWatch {
  private readonly most: Record<string, number> = {};
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: readonly (readonly [name: string, pid: number])[]) {
    this.timer = setInterval(() => this.sample(), SAMPLE_INTERVAL_MS);
    this.sample();
  }

  /** Answers the most that each held, in MB. */
  stop(): Record<string, number> {
    this.sample();
    clearInterval(this.timer);
    return this.most;
  }

  private sample(): void {
    for (const [name, pid] of this.pids)
      if (existsSync(`/proc/${pid}`)) this.most[name] = Math.max(this.most[name] ?? 0, memoryOf(pid));
  }
}
