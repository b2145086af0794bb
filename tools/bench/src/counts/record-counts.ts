import { TOPICS, UTILITIES } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { KafkaClient } from '@lianban/messaging';
import type { BenchStack } from '../stack/bench-stack.js';

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

/** Where nothing keeps records: each has the next version of what it tells of, so that versions add up to their number. */
export const countByVersions = (database: string): Promise<RecordCounts> =>
  asAdmin(database, async (client) => {
    const { rows } = await client.query<RecordCounts>(VERSIONS);
    return rows[0]!;
  });

const progressOf = (utility: string): string =>
  `(select coalesce(sum(version), 0) from (
      select max(job_version) as version from adapter_${utility}.placement group by request_id) job)`;

const VERSIONS = `select
    (select coalesce(sum(dossier_version), 0) from intake.service_request)::int as dossiers,
    (select coalesce(sum(contact_version), 0) from intake.service_request)::int as contacts,
    (select coalesce(sum(desired_version), 0) from routing.routed_job)::int as jobs,
    (${UTILITIES.map(progressOf).join(' + ')})::int as progress,
    (select coalesce(sum(version), 0) from tracking.request_view)::int as status`;

export const recordsBetween = (before: RecordCounts, after: RecordCounts): RecordCounts =>
  Object.fromEntries(Object.entries(after).map(([topic, count]) => [topic, count - (before[topic] ?? 0)]));

export const produced = (records: RecordCounts): number =>
  Object.values(records).reduce((sum, count) => sum + count, 0);

/** Each record once for every service that reads its topic. */
export const read = (records: RecordCounts): number =>
  Object.entries(records).reduce((sum, [topic, count]) => sum + count * readersOf(topic), 0);

const readersOf = (name: string): number => TOPICS.find((topic) => topic.name === name)?.readers.length ?? 1;

/** Of a stack: on Kafka by where topics end, else by versions. */
export async function recordsSoFar(stack: BenchStack): Promise<RecordCounts> {
  const { database } = stack.addresses;
  return stack.brokers ? countRecords(stack.brokers, stack.topicPrefix) : countByVersions(database);
}
