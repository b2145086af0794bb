const MAX_FAILURES = 5;
const RESET_MS = 5_000;

/** The circuit breakers of an adapter: a provider that gives no answer is left alone for a while. */
export class CircuitBreakers {
  private readonly circuitBreakers = new Map<string, { failures: number; openUntil: number }>();

  isTripped(provider: string, now: Date): boolean {
    return (this.circuitBreakers.get(provider)?.openUntil ?? 0) > now.getTime();
  }

  recordSuccess(provider: string): void {
    this.circuitBreakers.delete(provider);
  }

  /** Answers whether it now counts as away, so that waiting costs an operation nothing. */
  recordFailure(provider: string, now: Date): boolean {
    const failures = (this.circuitBreakers.get(provider)?.failures ?? 0) + 1;
    const isTripped = failures >= MAX_FAILURES;
    this.circuitBreakers.set(provider, { failures, openUntil: isTripped ? now.getTime() + RESET_MS : 0 });
    return isTripped;
  }
}
