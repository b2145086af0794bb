import type { Bench } from '../bench.js';
import { BIG, fillWithCopies, sequentialScans, settleTables } from '../stack/past-requests.js';
import type { Got } from '../load/jobs.js';
import { ofStack } from '../machine/window.js';
import { median } from '../report/percentiles.js';
import { ACCEPT_IN_REPLY, ACCEPTED, measureOnce, COMPLETED } from './throughput.js';
import type { Finding, Goal } from './goal.js';
import { targetsOf } from './p6-reads.js';

const FEW_REQUESTS = 10_000;
const MANY_REQUESTS = 1_000_000;
const LOAD = 2_000;
const READERS = 8;

export const p10: Goal = {
  id: 'P10',
  needs: [],
  async measure(bench) {
    const many = bench.workload.count(MANY_REQUESTS, 500);
    const few = Math.min(FEW_REQUESTS, many / 10);
    const model = await endedRequest(bench);
    await fill(bench, model, 0, few);
    const before = await costs(bench, few);
    await fill(bench, model, few, many);
    const scans = await sequentialScans(bench.stack.addresses.database);
    const after = await costs(bench, many);
    const scanned = await scannedSince(bench, scans);
    const disturbance = Math.max(before.disturbance, after.disturbance);
    const common = { goal: 'P10', better: 'less', disturbance } as const;
    const against = (value: number) => ({
      against: { name: `with ${few.toLocaleString('en')}`, value, unit: 'ms' },
      bar: 1.1,
      stretch: 1.05,
    });
    const title = `with ${many.toLocaleString('en')} ended requests`;
    return [
      { ...common, ...against(before.cpu), text: `CPU per request ${title}`, figure: after.cpu, unit: 'ms' },
      {
        ...common,
        ...against(before.read),
        text: `status read ${title}, p50`,
        figure: after.read,
        unit: 'ms',
      },
      {
        ...common,
        text: `sequential scans of tables over ${BIG.toLocaleString('en')} rows`,
        figure: scanned.length,
        unit: '',
        bar: 0,
        ...(scanned.length > 0 && { note: `scanned from end to end: ${scanned.join(', ')}` }),
      },
    ] satisfies Finding[];
  },
};

async function endedRequest(bench: Bench): Promise<string> {
  await bench.stack.setFaults({ outcome: 'complete', stageMs: 0 });
  const { receipts } = await measureOnce(bench, 'P10, one request to its end', COMPLETED, 1);
  await bench.quiet();
  return receipts[0]!.requestId;
}

async function fill(bench: Bench, model: string, from: number, until: number): Promise<void> {
  const { database } = bench.stack.addresses;
  await fillWithCopies(database, model, from, until);
  const made = await bench.stack.requestsSoFar();
  if (made < until) throw new Error(`only ${made} requests are in the tables, not ${until}`);
  await settleTables(database);
  await bench.quiet();
}

async function costs(bench: Bench, filled: number) {
  await bench.stack.setFaults(ACCEPT_IN_REPLY);
  const count = Math.min(LOAD, bench.workload.count(LOAD));
  await measureOnce(bench, `P10 with ${filled}, warming up`, ACCEPTED, count);
  const { spent, receipts } = await measureOnce(bench, `P10 with ${filled}`, ACCEPTED, count);
  await bench.quiet();
  const reads = await bench.measure(`P10 reads with ${filled}`, () =>
    bench.load<Got>({
      job: 'get',
      clients: READERS,
      seconds: bench.workload.seconds(5),
      origin: bench.stack.addresses.tracking,
      targets: targetsOf(receipts),
    }),
  );
  const disturbance = Math.max(spent.disturbance, reads.spent.disturbance);
  return { cpu: ofStack(spent) / count, read: median([...reads.value.latencies]), disturbance };
}

async function scannedSince(bench: Bench, before: ReadonlyMap<string, number>): Promise<string[]> {
  const after = await sequentialScans(bench.stack.addresses.database);
  return [...before].flatMap(([name, scans]) => {
    const more = (after.get(name) ?? scans) - scans;
    return more > 0 ? [`${name} (${more})`] : [];
  });
}
