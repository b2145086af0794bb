const FAILURES = 5;
const REST = 5_000;

/** The circuit breakers of an adapter: a provider that gives no answer is left alone for a while. */
export class Links {
  private readonly links = new Map<string, { failures: number; openUntil: number }>();

  isShut(provider: string, now: Date): boolean {
    return (this.links.get(provider)?.openUntil ?? 0) > now.getTime();
  }

  isThere(provider: string): void {
    this.links.delete(provider);
  }

  /** Answers whether it now counts as away, so that waiting costs an operation nothing. */
  isAway(provider: string, now: Date): boolean {
    const failures = (this.links.get(provider)?.failures ?? 0) + 1;
    const isShut = failures >= FAILURES;
    this.links.set(provider, { failures, openUntil: isShut ? now.getTime() + REST : 0 });
    return isShut;
  }
}
