import { topicNamed } from '@lianban/contracts';
import type { EntityManager } from 'typeorm';
import { shardOf, type OutgoingMessage } from './message.js';

/** Writes all records in one statement; answers the id of the transaction that will carry them. */
export async function appendToOutbox(
  manager: EntityManager,
  records: readonly OutgoingMessage[],
): Promise<bigint> {
  const [row] = await manager.query<{ xid: string }[]>(
    `with said as (
       insert into outbox (event_id, type, time, key, topic, shard, body, term)
       select id, type, time, key, topic, shard, body::text, term
       from json_to_recordset($1::json) as n(id uuid, type text, time timestamptz, key uuid, topic text, shard smallint,
         body json, term smallint)
       returning xid)
     select xid::text from said limit 1`,
    [`[${records.map(rowOf).join()}]`],
  );
  return BigInt(row!.xid);
}

/** Its body is JSON already, and stays to the letter what it is. */
function rowOf({ id, type, time, key, topic, body }: OutgoingMessage): string {
  const row = { id, type, time, key, topic, shard: shardOf(key), term: topicNamed(topic)!.days };
  return `${JSON.stringify(row).slice(0, -1)},"body":${body}}`;
}
