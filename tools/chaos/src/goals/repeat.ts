import type { Bench, Row } from './goal.js';
import { violationsOf, survive } from './survive.js';

/** Forty reports for each request, all at the same time, on two cores: 285 s for 2,000 requests. */
const TIMEOUT_MS_PER_REQUEST = 240;

/** R6: every key is sent 1 to 5 times at once, with two instances behind the load balancer, as fast as it goes. */
export async function repeat(bench: Bench, seed: number, keys: number): Promise<Row[]> {
  const { verdict, counts, hasViolations } = await survive(bench, {
    seed,
    requests: keys,
    perSecond: 1_000,
    faults: ['instances'],
    schedule: [],
    fixedFaults: {},
    repeated: 1,
    timeoutMs: TIMEOUT_MS_PER_REQUEST,
    name: 'repeated-keys',
  });
  violationsOf(verdict).forEach(bench.print);
  return [
    {
      goal: 'R6',
      figure: `${keys} keys, ${counts.answers} receipts given out, ${counts.requests} requests, ${verdict.receipts.length} contradictions`,
      bar: `${keys} requests, identical receipts`,
      holds: !hasViolations && counts.requests === keys,
    },
  ];
}
