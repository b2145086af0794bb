import type { OutgoingMessage } from '../message.js';
import type { OutboxRow } from './outbox.js';

/** A connection as far as SQL goes: a pool, a transaction's session, or TypeORM's manager. */
export interface SqlSession {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/** Most records and characters of one row; a larger record has a row of its own. */
const MAX_ROW_RECORDS = 50;
const MAX_ROW_LENGTH = 256 * 1024;

/** Stand in no JSON but escaped: bodies travel as one text, which neither side has to parse. */
const BODY_SEPARATOR = '\u001e';
const ROW_SEPARATOR = '\u001d';

const INSERT_ROWS = `insert into outbox (process, type, time, topic, event_ids, keys, bodies, traceparents)
  select $1::integer, type, time, topic, event_ids::uuid[], keys::uuid[], bodies, traceparents::text[]
  from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], string_to_array($7::text, chr(29)), $8::text[])
    n(type, time, topic, event_ids, keys, bodies, traceparents)
  returning id, event_ids[1] as first`;

/** The messages as rows: those of one topic and type together, in their order. */
export function groupIntoRows(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const rows: OutgoingMessage[][] = [];
  const open = new Map<string, { row: OutgoingMessage[]; length: number }>();
  for (const message of messages) {
    const key = `${message.topic} ${message.type}`;
    const last = open.get(key);
    const { length } = message.body;
    if (last && last.row.length < MAX_ROW_RECORDS && last.length + length <= MAX_ROW_LENGTH) {
      last.row.push(message);
      last.length += length;
    } else {
      const row = [message];
      open.set(key, { row, length });
      rows.push(row);
    }
  }
  return rows;
}

/** Inserts the messages as rows of the process that sends them; none: whoever has room sends them. */
export async function insertRows(
  session: SqlSession,
  messages: readonly OutgoingMessage[],
  process?: number,
): Promise<OutboxRow[]> {
  const rows = groupIntoRows(messages);
  const answer = await session.query(INSERT_ROWS, [
    process ?? null,
    rows.map(([first]) => first!.type),
    rows.map(([first]) => first!.time),
    rows.map(([first]) => first!.topic),
    rows.map((row) => `{${row.map(({ id }) => id).join()}}`),
    rows.map((row) => `{${row.map(({ key }) => key).join()}}`),
    rows.map((row) => row.map(({ body }) => body).join(BODY_SEPARATOR)).join(ROW_SEPARATOR),
    rows.map(traceparentsOf),
  ]);
  const inserted = rowsOf<{ id: string; first: string }>(answer);
  const ids = new Map(inserted.map(({ id, first }) => [first, id]));
  return rows.map((row) => ({ rowId: ids.get(row[0]!.id)!, topic: row[0]!.topic, messages: row }));
}

/** Of a row without any, nothing is stored. */
const traceparentsOf = (row: readonly OutgoingMessage[]): string | null =>
  row.some(({ traceparent }) => traceparent !== undefined)
    ? `{${row.map(({ traceparent }) => traceparent ?? 'null').join()}}`
    : null;

/** TypeORM answers with the rows alone, pg with a result that has them. */
const rowsOf = <T>(answer: unknown): T[] => (Array.isArray(answer) ? answer : (answer as { rows: T[] }).rows);

/** The columns of {@link StoredRow}. */
export const ROW_COLUMNS = `id as "rowId", type, time, topic, event_ids as "eventIds", keys, bodies, traceparents`;

/** A row as {@link ROW_COLUMNS} select it. */
export interface StoredRow {
  rowId: string;
  type: string;
  time: Date;
  topic: string;
  eventIds: string[];
  keys: string[];
  bodies: string;
  traceparents: (string | null)[] | null;
}

export function toOutboxRow({ rowId, type, time, topic, ...row }: StoredRow, service: string): OutboxRow {
  const source = sourceOf(service);
  const bodies = row.bodies.split(BODY_SEPARATOR);
  const messages = row.eventIds.map((id, index) => {
    const traceparent = row.traceparents?.[index];
    const message = { id, type, source, time, key: row.keys[index]!, topic, body: bodies[index]! };
    return traceparent ? { ...message, traceparent } : message;
  });
  return { rowId, topic, messages };
}

const sourceOf = (service: string): string => `/lianban/${service}`;

export async function deleteRows(session: SqlSession, ids: readonly string[]): Promise<void> {
  await session.query('delete from outbox where id = any($1::bigint[])', [ids]);
}
