import { TOPICS } from '@lianban/contracts';
import type { Client } from 'pg';
import { KAFKA_PROCESS_LOCK } from '../installation.js';
import type { Offsets } from './kafka-client.js';

const READERS = [...new Set(TOPICS.flatMap(({ readers }) => readers))];

/**
 * Lets a database go that Kafka serves, so that another transport may take it: only when no process runs, no outbox has a row
 * and every group has read everything. Answers what is in the way, or undefined.
 */
export async function leaveKafka(
  admin: Pick<Client, 'query'>,
  offsets: Offsets,
  groupPrefix = '',
): Promise<string | undefined> {
  const { rowCount: running } = await admin.query(
    `select from pg_locks where locktype = 'advisory' and classid = ${KAFKA_PROCESS_LOCK}
       and database = (select oid from pg_database where datname = current_database())`,
  );
  if (running) return 'services still run; stop them first';
  const { rows: outboxes } = await admin.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relname = 'outbox' and relkind = 'r'`,
  );
  for (const { name } of outboxes)
    if ((await admin.query(`select from ${name} limit 1`)).rowCount) return `${name} has unsent events`;
  for (const reader of READERS)
    if (await isBehind(offsets, reader, groupPrefix)) return `${reader} has not read everything`;
  await admin.query('delete from lianban.installation');
  return undefined;
}

async function isBehind(offsets: Offsets, reader: string, groupPrefix: string): Promise<boolean> {
  const topics = TOPICS.filter(({ readers }) => readers.includes(reader)).map(({ name }) => name);
  const committed = await offsets.committed(groupPrefix + reader, topics);
  for (const topic of topics)
    for (const { partition, offset } of await offsets.ends(topic)) {
      const read = committed.find((each) => each.topic === topic && each.partition === partition);
      if ((read?.offset ?? 0) < offset) return true;
    }
  return false;
}
