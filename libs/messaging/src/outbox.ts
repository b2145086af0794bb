import { topicNamed } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';
import { shardOf, type EventRecord } from './record.js';

/** Writes all records in one statement; answers the id of the transaction that will carry them. */
export async function appendToOutbox(
  manager: EntityManager,
  records: readonly EventRecord[],
): Promise<bigint> {
  const [row] = await manager.query<{ xid: string }[]>(
    `with said as (
       insert into outbox (event_id, type, time, key, topic, shard, body, term)
       select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $5::text[], $6::smallint[], $7::text[], $8::smallint[])
       returning xid)
     select xid::text from said limit 1`,
    [
      records.map(({ id }) => id),
      records.map(({ type }) => type),
      records.map(({ time }) => time),
      records.map(({ key }) => key),
      records.map(({ topic }) => topic),
      records.map(({ key }) => shardOf(key)),
      records.map(({ body }) => body),
      records.map(({ topic }) => topicNamed(topic)!.days),
    ],
  );
  return BigInt(row!.xid);
}
