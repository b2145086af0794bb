import type { OutgoingMessage } from '../message.js';
import type { OutboxRow } from './outbox.js';

/** A connection as far as SQL goes: a pool, a transaction's session, or TypeORM's manager. */
export interface SqlSession {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/** Stands in no JSON but escaped: bodies travel as one text, which neither side has to parse. */
const SEPARATOR = '\u001e';

export const INSERT_ROWS = `insert into outbox (process, event_id, type, time, key, topic, body)
  select $1::integer, n.* from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[],
    string_to_array($7::text, chr(30))) n
  returning id, event_id`;

/** The values of {@link INSERT_ROWS}. */
export const insertValues = (messages: readonly OutgoingMessage[], process?: number): unknown[] => [
  process ?? null,
  messages.map(({ id }) => id),
  messages.map(({ type }) => type),
  messages.map(({ time }) => time),
  messages.map(({ key }) => key),
  messages.map(({ topic }) => topic),
  messages.map(({ body }) => body).join(SEPARATOR),
];

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
