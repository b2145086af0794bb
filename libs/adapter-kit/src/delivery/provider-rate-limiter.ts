import type { Provider } from '@lianban/catalogue';
import type { Capacity } from '../jobs/job.repository.js';

/** Which of so many equal parts of the providers' limits this instance may use. */
export interface Share {
  index: number;
  count: number;
}

export const WHOLE: Share = { index: 0, count: 1 };

interface ProviderUsage {
  provider: Provider;
  inFlight: number;
  tokens: number;
  refilledAt: number;
}

interface Limits {
  ratePerSecond: number;
  concurrency: number;
}

const NOTHING: Limits = { ratePerSecond: 0, concurrency: 0 };

/** Whole calls only: of more instances than calls, the last get nothing. */
function limitsOf({ ratePerSecond, concurrency }: Provider, share: Share | undefined): Limits {
  if (!share) return NOTHING;
  const count = Math.min(share.count, ratePerSecond, concurrency);
  if (share.index >= count) return NOTHING;
  return {
    ratePerSecond: ratePerSecond / count,
    concurrency: Math.ceil((concurrency - share.index) / count),
  };
}

/**
 * How many calls each provider may be given by this instance now: its share of the concurrency, and of the rate as a bucket of one
 * second. The bucket is empty at first, so that an instance that joins or restarts adds nothing to what others have used.
 */
export class ProviderRateLimiter {
  /** Was there less capacity than what is due, when it was looked for last? Then what is new waits its turn. */
  hasBacklog = false;
  private isClosed = false;
  private readonly usages: Map<string, ProviderUsage>;

  constructor(
    providers: readonly Provider[],
    private readonly currentShare: () => Share | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.usages = new Map(
      providers.map((provider) => [provider.id, { provider, inFlight: 0, tokens: 0, refilledAt: now() }]),
    );
  }

  get size(): number {
    return this.usages.size;
  }

  /** Those that have any. */
  free(): Capacity[] {
    return [...this.usages]
      .map(([provider, usage]) => ({ provider, free: this.freeOf(usage) }))
      .filter(({ free }) => free > 0);
  }

  /** Milliseconds until the first provider whose rate is used up may be called again; undefined where that is none. */
  get nextRefillMs(): number | undefined {
    const waits = [...this.usages.values()].flatMap(({ provider, tokens }) => {
      const { ratePerSecond } = limitsOf(provider, this.currentShare());
      return ratePerSecond > 0 && tokens < 1 ? [((1 - tokens) / ratePerSecond) * 1_000] : [];
    });
    return waits.length > 0 ? Math.ceil(Math.min(...waits)) : undefined;
  }

  /** Acquires where there is capacity and nobody waits for it. */
  tryAcquire(provider: string): boolean {
    const usage = this.usages.get(provider);
    if (this.hasBacklog || !usage || this.freeOf(usage) <= 0) return false;
    this.acquire(provider);
    return true;
  }

  private freeOf(usage: ProviderUsage): number {
    if (this.isClosed) return 0;
    const { ratePerSecond, concurrency } = limitsOf(usage.provider, this.currentShare());
    const now = this.now();
    const refill = ((now - usage.refilledAt) / 1000) * ratePerSecond;
    usage.tokens = Math.min(ratePerSecond, usage.tokens + refill);
    usage.refilledAt = now;
    return Math.floor(Math.min(concurrency - usage.inFlight, usage.tokens));
  }

  acquire(provider: string): void {
    const usage = this.usages.get(provider)!;
    usage.inFlight += 1;
    usage.tokens -= 1;
  }

  release(provider: string): void {
    this.usages.get(provider)!.inFlight -= 1;
  }

  /** No call may begin any more. */
  close(): void {
    this.isClosed = true;
  }
}
