import { TOPICS } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { KafkaClient } from '@lianban/messaging';
import type { BenchStack } from '../stack/bench-stack.js';
import type { DatabaseCounts } from './database-counts.js';

/** Records by topic. */
export type RecordCounts = Record<string, number>;

/** Where every topic ends in Kafka. */
export async function countRecords(brokers: string, prefix: string): Promise<RecordCounts> {
  const client = new KafkaClient({ brokers, clientId: 'bench', prefix }, () => {});
  const offsets = await client.offsets();
  try {
    const counts: RecordCounts = {};
    for (const { name } of TOPICS)
      counts[name] = (await offsets.ends(name)).reduce((sum, { offset }) => sum + offset, 0);
    return counts;
  } finally {
    await offsets.close();
  }
}

/** How many statuses were published in all: each has the next version of its request. */
export const countStatuses = (database: string): Promise<number> =>
  asAdmin(database, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select coalesce(sum(version), 0)::int as count from tracking.request_view',
    );
    return rows[0]!.count;
  });

export const recordsBetween = (before: RecordCounts, after: RecordCounts): RecordCounts =>
  Object.fromEntries(Object.entries(after).map(([topic, count]) => [topic, count - (before[topic] ?? 0)]));

/**
 * Where nothing keeps records, every one was a row of an outbox. Which of routing's were statuses is known by their
 * versions; every other topic of a service has one reader.
 */
export function recordsInOutboxes({ tables }: DatabaseCounts, statuses: number): RecordCounts {
  const published = Object.entries(tables)
    .filter(([name]) => name.endsWith('.outbox'))
    .reduce((sum, [, { inserted }]) => sum + inserted, 0);
  return { status: statuses, others: published - statuses };
}

export const produced = (records: RecordCounts): number =>
  Object.values(records).reduce((sum, count) => sum + count, 0);

/** Each record once for every service that reads its topic. */
export const read = (records: RecordCounts): number =>
  Object.entries(records).reduce((sum, [topic, count]) => sum + count * readersOf(topic), 0);

const readersOf = (name: string): number => TOPICS.find((topic) => topic.name === name)?.readers.length ?? 1;

/** Of a stack: on Kafka by where topics end, else what its outboxes had. */
export async function recordsSoFar(stack: BenchStack): Promise<RecordCounts> {
  const { database } = stack.addresses;
  return stack.brokers
    ? countRecords(stack.brokers, stack.topicPrefix)
    : { status: await countStatuses(database) };
}
