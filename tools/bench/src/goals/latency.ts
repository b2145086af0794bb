import type { Bench } from '../bench.js';
import type { Mark, Registered, Step } from '../load/jobs.js';
import type { Measured } from '../bench.js';

/** How often tracking is looked at where milliseconds count. */
const CHECK_INTERVAL_MS = 3;

/** Registers at steady rates; see {@link latencies}. */
export const steadily = (
  bench: Bench,
  name: string,
  mark: Mark,
  steps: readonly Step[],
  retries = true,
): Promise<Measured<Registered>> =>
  bench.measure(name, () =>
    bench.load<Registered>({
      job: 'register',
      pace: { steps },
      mark,
      checkEveryMs: CHECK_INTERVAL_MS,
      retries,
    }),
  );

/** Milliseconds from when each was due until it came to the mark; Infinity where it never did. */
export const latencies = ({ due, reached }: Pick<Registered, 'due' | 'reached'>): number[] =>
  Array.from(reached, (at, place) => (Number.isNaN(at) ? Infinity : at - due[place]!));
