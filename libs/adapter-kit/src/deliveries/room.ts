import type { Provider } from '@lianban/catalogue';
import type { Room } from './claims.js';

/** How many calls each provider may be given now: its concurrency, and its rate as a bucket of one second. */
export class Rooms {
  private readonly seats: Map<string, { provider: Provider; inFlight: number; tokens: number; at: number }>;

  constructor(
    providers: readonly Provider[],
    private readonly now: () => number = Date.now,
  ) {
    this.seats = new Map(
      providers.map((provider) => [
        provider.id,
        { provider, inFlight: 0, tokens: provider.ratePerSecond, at: now() },
      ]),
    );
  }

  get size(): number {
    return this.seats.size;
  }

  /** Those that have any. */
  free(): Room[] {
    return [...this.seats.values()]
      .map((seat) => {
        const { ratePerSecond, concurrency, id } = seat.provider;
        const now = this.now();
        seat.tokens = Math.min(ratePerSecond, seat.tokens + ((now - seat.at) / 1000) * ratePerSecond);
        seat.at = now;
        return { provider: id, free: Math.floor(Math.min(concurrency - seat.inFlight, seat.tokens)) };
      })
      .filter(({ free }) => free > 0);
  }

  enter(provider: string): void {
    const seat = this.seats.get(provider)!;
    seat.inFlight += 1;
    seat.tokens -= 1;
  }

  leave(provider: string): void {
    this.seats.get(provider)!.inFlight -= 1;
  }
}
