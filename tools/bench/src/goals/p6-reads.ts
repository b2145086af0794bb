import type { Got, Receipt } from '../load/jobs.js';
import { CLIENTS } from './throughput.js';
import type { Goal } from './goal.js';

export const targetsOf = (receipts: readonly Receipt[]) =>
  receipts.map(({ receiptNumber, queryCode }) => ({
    path: `/v1/track/${receiptNumber}`,
    headers: { 'x-query-code': queryCode },
  }));

export const p6: Goal = {
  id: 'P6',
  needs: ['H'],
  async measure(bench) {
    const { receipts } = await bench.throughput();
    await bench.quiet();
    const { value, spent } = await bench.measure('P6 status reads', () =>
      bench.load<Got>({
        job: 'get',
        clients: CLIENTS,
        seconds: bench.workload.seconds(8),
        origin: bench.stack.addresses.tracking,
        targets: targetsOf(receipts),
      }),
    );
    if (value.failures > 0) throw new Error(`${value.failures} of ${value.answers} status reads failed`);
    return [
      {
        goal: 'P6',
        text: `status reads, fresh from PostgreSQL, ${CLIENTS} clients`,
        figure: (value.answers * 1_000) / value.elapsedMs,
        unit: '/s',
        against: 'H',
        bar: 0.35,
        stretch: 0.6,
        better: 'more',
        disturbance: spent.disturbance,
      },
    ];
  },
};
