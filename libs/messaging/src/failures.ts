/** Somebody else made the same thing meanwhile: the transaction is to be tried again. */
export class ConcurrentInsert extends Error {
  readonly code = '40001';
}

/** Milliseconds to wait after so many failures in a row: doubling from 100 ms to 5 s, with full jitter on the upper half. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const limit = Math.min(5_000, 100 * 2 ** Math.min(failures - 1, 10));
  return Math.round(limit / 2 + (limit / 2) * random());
}
