import type { Bench, Row } from './goal.js';
import { sentencesOf, survive } from './survive.js';

/** Forty reports for each request, all at the same time, on two cores: 285 s for 2,000 requests. */
const PATIENCE = 240;

/** R6: every key is sent 1 to 5 times at once, with two instances behind the door, as fast as it goes. */
export async function repeat(bench: Bench, seed: number, keys: number): Promise<Row[]> {
  const { verdict, counts, guilty } = await survive(bench, {
    seed,
    requests: keys,
    perSecond: 1_000,
    faults: ['instances'],
    blows: [],
    orders: {},
    repeated: 1,
    patience: PATIENCE,
    name: 'repeated-keys',
  });
  sentencesOf(verdict).forEach(bench.say);
  return [
    {
      goal: 'R6',
      figure: `${keys} keys, ${counts.answers} receipts given out, ${counts.requests} requests, ${verdict.receipts.length} contradictions`,
      bar: `${keys} requests, identical receipts`,
      holds: !guilty && counts.requests === keys,
    },
  ];
}
