import type { EntityManager } from 'typeorm';
import type { RawMessage } from '../message.js';
import type { SqlSession } from '../outbox/outbox-table.js';

export interface ParkedMessage {
  id: string;
  sourcePosition: string;
  topic: string;
  headers: Record<string, string>;
  key: string | null;
  body: Buffer | null;
  reason: string;
  detail: string;
  /** How often it was tried again. */
  attempts: number;
  /** When it is tried again by itself; null where that would not help. */
  nextRetryAt: Date | null;
  parkedAt: Date;
  replayedAt: Date | null;
}

export interface Parking {
  from: RawMessage;
  reason: string;
  detail: string;
}

/** The only one that may be different the next time. */
const RETRIED_REASON = 'handler-failed';
const FIRST_WAIT = `interval '1 minute'`;
const LONGEST_WAIT = `interval '6 hours'`;

/** Parks messages with their reasons; the same message is parked once. */
export async function park(session: SqlSession, parkings: readonly Parking[]): Promise<void> {
  for (const { from, reason, detail } of parkings)
    await session.query(
      `insert into parked_message (source_position, topic, headers, key, body, reason, detail, next_retry_at)
       values ($1, $2, $3, $4, $5, $6, $7, case $6 when '${RETRIED_REASON}' then now() + ${FIRST_WAIT} end)
       on conflict (source_position) do nothing`,
      [
        from.sourcePosition,
        from.topic,
        withoutNul(JSON.stringify(from.headers)),
        from.key && withoutNul(from.key),
        from.body === null ? null : Buffer.from(from.body),
        reason,
        detail.slice(0, 500),
      ],
    );
}

/** PostgreSQL's text has no NUL, as itself or escaped in JSON. */
const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD').replaceAll('\\u0000', '\uFFFD');

const COLUMNS = `id, source_position as "sourcePosition", topic, headers, key, body, reason, detail, attempts,
  next_retry_at as "nextRetryAt", parked_at as "parkedAt", replayed_at as "replayedAt"`;

/** Which of the parked messages: of one reason, of one topic, or all. */
export interface ParkedFilter {
  reason?: string;
  topic?: string;
}

/** Parked messages not yet replayed, oldest first, after the one with id `after`. */
export function listParked(
  manager: EntityManager,
  after: string,
  limit: number,
  { reason, topic }: ParkedFilter = {},
): Promise<ParkedMessage[]> {
  return manager.query(
    `select ${COLUMNS} from parked_message where replayed_at is null and id > $1
       and ($3::text is null or reason = $3) and ($4::text is null or topic = $4) order by id limit $2`,
    [after, limit, reason ?? null, topic ?? null],
  );
}

/** Are so many of this topic parked? */
export async function areParked(manager: EntityManager, topic: string, count: number): Promise<boolean> {
  const [row] = await manager.query<{ count: number }[]>(
    `select count(*)::int as count from (
       select from parked_message where replayed_at is null and topic = $1 limit $2) parked`,
    [topic, count],
  );
  return row!.count >= count;
}

/** How many messages are parked for one reason. */
export interface ParkedReason {
  reason: string;
  topic: string;
  count: number;
  /** Since when the oldest of them is. */
  since: Date;
}

export function countByReason(manager: EntityManager): Promise<ParkedReason[]> {
  return manager.query(
    `select reason, topic, count(*)::int as count, min(parked_at) as since from parked_message
     where replayed_at is null group by reason, topic order by count desc, reason, topic`,
  );
}

/** Ids of the messages that are due to be tried again. */
export async function findDue(manager: EntityManager, limit: number): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `select id from parked_message where replayed_at is null and next_retry_at <= now() order by next_retry_at limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Undefined where it is not parked any more, or in somebody else's hands. */
export async function lockParked(manager: EntityManager, id: string): Promise<ParkedMessage | undefined> {
  const [parked] = await manager.query<ParkedMessage[]>(
    `select ${COLUMNS} from parked_message where id = $1 and replayed_at is null for update skip locked`,
    [id],
  );
  return parked;
}

export async function markReplayed(manager: EntityManager, id: string): Promise<void> {
  await manager.query(`update parked_message set replayed_at = now() where id = $1`, [id]);
}

/** The next wait is twice as long. */
export async function postponeRetry(manager: EntityManager, id: string): Promise<void> {
  await manager.query(
    `update parked_message set attempts = attempts + 1,
       next_retry_at = now() + least(${FIRST_WAIT} * power(2, least(attempts + 1, 20)), ${LONGEST_WAIT})
     where id = $1 and replayed_at is null and next_retry_at <= now()`,
    [id],
  );
}
