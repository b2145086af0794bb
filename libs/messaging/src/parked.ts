import type { EntityManager } from 'typeorm';
import type { RawMessage } from './message.js';

export interface ParkedMessage {
  id: string;
  origin: string;
  topic: string;
  shard: number;
  headers: Record<string, string>;
  key: string | null;
  body: Buffer | null;
  reason: string;
  detail: string;
  parkedAt: Date;
  replayedAt: Date | null;
}

/** Lays a message aside with its reason; the same message is laid aside once. */
export async function park(
  manager: EntityManager,
  from: RawMessage,
  reason: string,
  detail: string,
): Promise<void> {
  await manager.query(
    `insert into parked_message (origin, topic, shard, headers, key, body, reason, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (origin) do nothing`,
    [
      from.sourcePosition,
      from.topic,
      from.shard,
      JSON.stringify(from.headers),
      from.key,
      from.body === null ? null : Buffer.from(from.body),
      reason,
      detail.slice(0, 500),
    ],
  );
}

const COLUMNS = `id, origin, topic, shard, headers, key, body, reason, detail,
  parked_at as "parkedAt", replayed_at as "replayedAt"`;

/** Parked messages not yet replayed, oldest first, after the one with id `after`. */
export function listParked(manager: EntityManager, after: string, limit: number): Promise<ParkedMessage[]> {
  return manager.query(
    `select ${COLUMNS} from parked_message where replayed_at is null and id > $1 order by id limit $2`,
    [after, limit],
  );
}

export async function takeParked(manager: EntityManager, id: string): Promise<ParkedMessage | undefined> {
  const [parked] = await manager.query<ParkedMessage[]>(
    `select ${COLUMNS} from parked_message where id = $1 and replayed_at is null for update`,
    [id],
  );
  return parked;
}

export async function markReplayed(manager: EntityManager, id: string): Promise<void> {
  await manager.query(`update parked_message set replayed_at = now() where id = $1`, [id]);
}
