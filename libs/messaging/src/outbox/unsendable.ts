import type { ParkedMessage } from '../consumer/parked-table.js';
import { headersOf, type OutgoingMessage } from '../message.js';
import type { SqlSession } from './outbox-table.js';

const POSITION = 'outbox/';

/** Parks a message that the broker will never take, once; its row is deleted when the others in it have been sent. */
export async function parkUnsendable(
  session: SqlSession,
  message: OutgoingMessage,
  detail: string,
): Promise<void> {
  const { id, topic, key, body } = message;
  await session.query(
    `insert into parked_message (source_position, topic, headers, key, body, reason, detail)
     values ($1, $2, $3, $4, convert_to($5, 'UTF8'), 'unsendable', $6)
     on conflict (source_position) do nothing`,
    [POSITION + id, topic, JSON.stringify(headersOf(message)), key, body, detail.slice(0, 500)],
  );
}

/** Whether it was parked on its way out. */
export const isOutgoing = ({ sourcePosition }: ParkedMessage): boolean => sourcePosition.startsWith(POSITION);

/** Into the outbox once more, for whoever has room. */
export async function putBack(
  session: SqlSession,
  { topic, key, body, headers }: ParkedMessage,
): Promise<void> {
  await session.query(
    `insert into outbox (event_ids, type, time, keys, topic, bodies)
     values (array[$1::uuid], $2, $3, array[$4::uuid], $5, convert_from($6, 'UTF8'))`,
    [headers.ce_id, headers.ce_type, headers.ce_time, key, topic, body],
  );
}
