import type { Wishes } from './arguments.js';

/** How big everything is in this run: as the goals want it, as the command line wants it, or tiny. */
export class Scale {
  constructor(private readonly wishes: Pick<Wishes, 'smoke' | 'requests' | 'minutes'>) {}

  /** Is only the counting tried? Then nothing waits for rest. */
  get isTiny(): boolean {
    return this.wishes.smoke;
  }

  /** Requests of a closed loop. */
  count(usual: number, tiny = 50): number {
    return this.wishes.smoke ? tiny : (this.wishes.requests ?? usual);
  }

  seconds(usual: number): number {
    return this.wishes.smoke ? Math.min(usual, 1) : usual;
  }

  /** Of a long goal. */
  minutes(usual: number): number {
    return this.wishes.smoke ? 0.03 : (this.wishes.minutes ?? usual);
  }

  /** The same in words, which say when it is not what the goal wants. */
  lengthOf(usual: number): string {
    const minutes = this.minutes(usual);
    return minutes === usual ? `${usual} minutes` : `${minutes} instead of ${usual} minutes`;
  }

  times(usual: number): number {
    return this.wishes.smoke ? 1 : usual;
  }
}
