import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import {
  allRows,
  countDatabase,
  databaseCountsBetween,
  written,
  type DatabaseCounts,
} from '../counts/database-counts.js';
import { produced, read, recordsBetween, recordsSoFar, type RecordCounts } from '../counts/record-counts.js';
import { short } from '../report/table.js';
import { ACCEPT_IN_REPLY, ACCEPTED, measureOnce } from './throughput.js';
import type { Finding, Goal } from './goal.js';

const WARM_UP_REQUESTS = 500;
const REQUESTS = 3_000;
/** PostgreSQL's processes report what they counted within so long, also when they have nothing more to do. */
const REPORT_MS = 11_000;
/** So few rows in that time are what the services write at rest. */
const ROWS_AT_REST = 20;
const MAX_CHECKS = 12;

export interface Counts {
  requests: number;
  database: DatabaseCounts;
  records: RecordCounts;
}

/** What a request costs in figures that do not depend on the machine, on both transports. */
export const counts: Goal = {
  id: 'COUNTS',
  needs: [],
  async measure(bench) {
    const first = await measureOn(bench);
    return bench.stack.mode === 'standalone' ? first : [...first, ...(await bench.onStandalone(measureOn))];
  },
};

async function measureOn(bench: Bench): Promise<Finding[]> {
  const transport = bench.stack.mode === 'services' ? 'Kafka' : 'embedded';
  await bench.stack.setFaults(ACCEPT_IN_REPLY);
  const warmUp = bench.workload.count(WARM_UP_REQUESTS, 5);
  await measureOnce(bench, `counts on ${transport}, warming up`, ACCEPTED, warmUp);
  const before = await atRest(bench);
  const requests = bench.workload.count(REQUESTS);
  await measureOnce(bench, `counts on ${transport}`, ACCEPTED, requests);
  const after = await atRest(bench);
  const database = databaseCountsBetween(before.database, after.database);
  const records = recordsBetween(before.records, after.records);
  const measured = {
    requests,
    database,
    records,
  };
  bench.raw[`counts on ${transport}`] = measured;
  return findingsFrom(measured, transport);
}

/** Waits until everything is written and PostgreSQL has counted it. */
async function atRest(bench: Bench): Promise<{ database: DatabaseCounts; records: RecordCounts }> {
  const { addresses } = bench.stack;
  await bench.quiet();
  let database = await countDatabase(addresses.database);
  for (let checks = 0; checks < MAX_CHECKS; checks++) {
    await pause(REPORT_MS);
    const before = database;
    database = await countDatabase(addresses.database);
    if (written(allRows(databaseCountsBetween(before, database))) <= ROWS_AT_REST) break;
  }
  return { database, records: await recordsSoFar(bench.stack) };
}

/** Everything for each request. */
export function findingsFrom({ requests, database, records }: Counts, transport: string): Finding[] {
  const rows = allRows(database);
  const finding = (text: string, total: number, more: Partial<Finding> = {}): Finding => ({
    goal: 'COUNTS',
    text: `${text}, ${transport}`,
    figure: total / requests,
    unit: '',
    better: 'less',
    disturbance: 0,
    ...more,
  });
  const each = (total: number): string => short(total / requests);
  const byTopic = Object.entries(records)
    .filter(([, count]) => count > 0)
    .map(([topic, count]) => `${topic} ${each(count)}`);
  const byTable = Object.entries(database.tables)
    .toSorted(([, a], [, b]) => written(b) - written(a))
    .filter(([, counted]) => written(counted) * 100 >= requests)
    .map(([name, { inserted, updated, hot, deleted }]) => {
      const [i, u, h, d] = [inserted, updated, hot, deleted].map(each);
      return `${name} ${i} + ${u} (${h}) − ${d}`;
    });
  return [
    finding('records produced', produced(records), {
      bar: 16,
      stretch: 14,
      note: `${transport}: ${byTopic.join(', ')}`,
    }),
    finding('records read by all services', read(records), { bar: 24, stretch: 18 }),
    finding('rows written', written(rows), {
      bar: 65,
      stretch: 50,
      note: `${transport}, rows inserted + updated (HOT) − deleted: ${byTable.join(', ')}`,
    }),
    finding('rows inserted', rows.inserted),
    finding('rows updated', rows.updated),
    finding('rows updated HOT', rows.hot),
    finding('rows deleted', rows.deleted),
    finding('transactions', database.transactions, { bar: 8, stretch: 5 }),
    finding('statements, with BEGIN and COMMIT', database.statements),
    finding('WAL', database.walBytes / 1_000, { unit: 'kB' }),
  ];
}
