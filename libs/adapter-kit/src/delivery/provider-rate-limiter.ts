import type { Provider } from '@lianban/catalogue';
import type { Capacity } from '../jobs/job.repository.js';

interface ProviderUsage {
  provider: Provider;
  inFlight: number;
  tokens: number;
  at: number;
}

/** How many calls each provider may be given now: its concurrency, and its rate as a bucket of one second. */
export class ProviderRateLimiter {
  /** Was there no room for all that is due, when it was looked for last? Then what is new waits its turn. */
  hasBacklog = false;
  private readonly seats: Map<string, ProviderUsage>;

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
  free(): Capacity[] {
    return [...this.seats]
      .map(([provider, seat]) => ({ provider, free: this.freeOf(seat) }))
      .filter(({ free }) => free > 0);
  }

  /** Enters where there is room and nobody waits for it. */
  tryAcquire(provider: string): boolean {
    const seat = this.seats.get(provider);
    if (this.hasBacklog || !seat || this.freeOf(seat) <= 0) return false;
    this.acquire(provider);
    return true;
  }

  private freeOf(seat: ProviderUsage): number {
    const { ratePerSecond, concurrency } = seat.provider;
    const now = this.now();
    seat.tokens = Math.min(ratePerSecond, seat.tokens + ((now - seat.at) / 1000) * ratePerSecond);
    seat.at = now;
    return Math.floor(Math.min(concurrency - seat.inFlight, seat.tokens));
  }

  acquire(provider: string): void {
    const seat = this.seats.get(provider)!;
    seat.inFlight += 1;
    seat.tokens -= 1;
  }

  release(provider: string): void {
    this.seats.get(provider)!.inFlight -= 1;
  }
}
