export interface RetryPolicy {
  /** Tries before a person must look. */
  maxTries: number;
  /** Milliseconds to wait after so many tries. */
  delayAfterMs(tries: number): number;
}

/** Waits double up to a limit, with jitter on the upper half, so that what failed together does not come back together. */
export const doublingRetries = (maxTries: number, firstMs: number, maxMs: number): RetryPolicy => ({
  maxTries,
  delayAfterMs: (tries) => {
    const limitMs = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(0, tries - 1), 20));
    return Math.round(limitMs / 2 + (limitMs / 2) * Math.random());
  },
});
