import type { OutgoingMessage } from '../message.js';
import type { OutboxRow } from './outbox.js';

/** A connection as far as SQL goes: a pool, a transaction's session, or TypeORM's manager. */
export interface SqlSession {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

export const INSERT_ROWS = `insert into outbox (process, event_id, type, time, key, topic, body)
  select $2::integer, id, type, time, key, topic, body::text
  from json_to_recordset($1::json) as n(id uuid, type text, time timestamptz, key uuid, topic text, body json)
  returning id, event_id`;

/** The values of {@link INSERT_ROWS}. A body is JSON already, and stays to the letter what it is. */
export const insertValues = (messages: readonly OutgoingMessage[], process?: number): unknown[] => [
  `[${messages.map(toJson).join()}]`,
  process ?? null,
];

function toJson({ id, type, time, key, topic, body }: OutgoingMessage): string {
  return `${JSON.stringify({ id, type, time, key, topic }).slice(0, -1)},"body":${body}}`;
}

/** The messages with the rows that their insert answered. */
export function toRows(
  messages: readonly OutgoingMessage[],
  inserted: readonly { id: string; event_id: string }[],
): OutboxRow[] {
  const ids = new Map(inserted.map(({ id, event_id }) => [event_id, id]));
  return messages.map((message) => ({ ...message, rowId: ids.get(message.id)! }));
}

/** The columns of {@link OutboxRow} but its source. */
export const ROW_COLUMNS = `id as "rowId", event_id as id, type, time, key, topic, body`;

export const sourceOf = (service: string): string => `/lianban/${service}`;

export async function deleteRows(session: SqlSession, ids: readonly string[]): Promise<void> {
  await session.query('delete from outbox where id = any($1::bigint[])', [ids]);
}
