import { Injectable } from '@nestjs/common';

/** Something that must have happened once before the process gets its first request. */
export interface Requirement {
  fulfil(): void;
  /** It may take long, and it has been said why: the start is over without it, and the process not ready yet. */
  excuse(): void;
}

/** Whether this process can answer by itself. Nobody else is asked, so that one outage does not take all processes away. */
@Injectable()
export class Readiness {
  private readonly pending = new Set<string>();
  private readonly excused = new Set<string>();
  private draining = false;

  require(name: string): Requirement {
    this.pending.add(name);
    return {
      fulfil: () => {
        this.pending.delete(name);
        this.excused.delete(name);
      },
      excuse: () => {
        if (this.pending.delete(name)) this.excused.add(name);
      },
    };
  }

  /** From now on no new requests should come; they are still answered. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  get isStarted(): boolean {
    return this.pending.size === 0;
  }

  get isReady(): boolean {
    return !this.draining && this.waitingFor.length === 0;
  }

  get waitingFor(): string[] {
    return [...this.pending, ...this.excused];
  }
}
