import type { ParkedMessage } from '../consumer/parked-table.js';
import { headersOf } from '../message.js';
import type { SqlSession } from './outbox-table.js';
import type { OutboxRow } from './outbox.js';

const POSITION = 'outbox/';

/** Moves a row that the broker will never take to the parked messages. */
export async function parkUnsendable(session: SqlSession, row: OutboxRow, detail: string): Promise<void> {
  await session.query(
    `with gone as (delete from outbox where id = $1 returning topic, key, body)
     insert into parked_message (source_position, topic, headers, key, body, reason, detail)
     select $2, topic, $3, key, convert_to(body, 'UTF8'), 'unsendable', $4 from gone
     on conflict (source_position) do nothing`,
    [row.rowId, POSITION + row.rowId, JSON.stringify(headersOf(row)), detail.slice(0, 500)],
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
    `insert into outbox (event_id, type, time, key, topic, body) values ($1, $2, $3, $4, $5, convert_from($6, 'UTF8'))`,
    [headers.ce_id, headers.ce_type, headers.ce_time, key, topic, body],
  );
}
