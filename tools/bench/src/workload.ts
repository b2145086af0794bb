import type { Options } from './arguments.js';

/** How big everything is in this run: as the goals want it, as the command line wants it, or tiny. */
export class Workload {
  constructor(private readonly options: Pick<Options, 'smoke' | 'requests' | 'minutes'>) {}

  /** Is only the counting tried? Then nothing waits for rest. */
  get isTiny(): boolean {
    return this.options.smoke;
  }

  /** Requests of a closed loop. */
  count(usual: number, tiny = 20): number {
    return this.options.smoke ? tiny : (this.options.requests ?? usual);
  }

  seconds(usual: number): number {
    return this.options.smoke ? Math.min(usual, 1) : usual;
  }

  /** Of a long goal. */
  minutes(usual: number): number {
    return this.options.smoke ? 0.03 : (this.options.minutes ?? usual);
  }

  /** The same in words, which say when it is not what the goal wants. */
  lengthOf(usual: number): string {
    const minutes = this.minutes(usual);
    return minutes === usual ? `${usual} minutes` : `${minutes} instead of ${usual} minutes`;
  }

  times(usual: number): number {
    return this.options.smoke ? 1 : usual;
  }
}
