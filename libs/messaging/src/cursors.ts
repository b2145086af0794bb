import { Injectable } from '@nestjs/common';
import { PARTITIONS } from '@lianban/contracts';
import { DataSource, type EntityManager } from 'typeorm';

/** The relay's row in `cursor`: it follows all topics and shards of its own service. */
export const RELAY = '*';
export const RELAY_SHARD = -1;

export interface Position {
  xid: string;
  id: string;
  createdAt: Date;
}

/** The cluster came back from a copy: its transaction ids no longer mean what the cursors remember. */
export class DatabaseRestored extends Error {
  constructor(schema: string) {
    super(
      `The database of ${schema} was restored from a copy: its cursors belong to another cluster. ` +
        `Nothing is lost; run "npm run mend-cursors" once, then start again.`,
    );
  }
}

/** How far this service has read or relayed, and when it may try again after a failure. */
@Injectable()
export class Cursors {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes the missing cursors of these topics, at the beginning; refuses cursors of another cluster. */
  async register(topics: readonly string[], shards: readonly number[] = ALL_SHARDS): Promise<void> {
    const epoch = await this.epoch();
    await this.dataSource.query(
      `insert into cursor (topic, shard, epoch)
       select topic, shard, $3 from unnest($1::text[]) topic, unnest($2::smallint[]) shard on conflict do nothing`,
      [topics, shards, epoch],
    );
    const foreign = await this.dataSource.query<{ schema: string }[]>(
      `select current_schema() as schema from cursor
       where epoch <> $1 or xid > pg_snapshot_xmax(pg_current_snapshot()) limit 1`,
      [epoch],
    );
    if (foreign[0]) throw new DatabaseRestored(foreign[0].schema);
  }

  /** How far one reader of a topic and shard is; at the beginning, the year 1970. */
  async position(topic: string, shard: number): Promise<Position> {
    const [row] = await this.dataSource.query<Position[]>(
      `select xid::text as xid, id, greatest(seen_at, 'epoch') as "createdAt" from cursor where topic = $1 and shard = $2`,
      [topic, shard],
    );
    return row!;
  }

  private async epoch(): Promise<string> {
    const [row] = await this.dataSource.query<{ epoch: string }[]>(`select epoch from lianban.epoch`);
    return row!.epoch;
  }

  /** Moves cursors forward with the caller's transaction; a success also ends any back-off. */
  async advance(manager: EntityManager, topic: string, to: Map<number, Position>): Promise<void> {
    const entries = [...to.entries()];
    await manager.query(
      `update cursor c set xid = n.xid, id = n.id, seen_at = n.at, failures = 0, not_before = null
       from unnest($2::smallint[], $3::xid8[], $4::bigint[], $5::timestamptz[]) n(shard, xid, id, at)
       where c.topic = $1 and c.shard = n.shard and (c.xid, c.id) < (n.xid, n.id)`,
      [
        topic,
        entries.map(([shard]) => shard),
        entries.map(([, { xid }]) => xid),
        entries.map(([, { id }]) => id),
        entries.map(([, { createdAt }]) => createdAt),
      ],
    );
  }

  /** Notes a failure in a transaction of its own, so that every instance waits. */
  async backOff(topic: string, shards: readonly number[], delay: number): Promise<void> {
    await this.dataSource.query(
      `update cursor set failures = failures + 1, not_before = now() + $3 * interval '1 millisecond'
       where topic = $1 and shard = any($2::smallint[])`,
      [topic, shards, delay],
    );
  }

  async clearBackOff(topic: string, shard: number): Promise<void> {
    await this.dataSource.query(
      `update cursor set failures = 0, not_before = null where topic = $1 and shard = $2 and failures > 0`,
      [topic, shard],
    );
  }

  /** Failures so far, and milliseconds until the next try, of one topic and shard. */
  async standing(topic: string, shard: number): Promise<{ failures: number; wait: number }> {
    const [row] = await this.dataSource.query<{ failures: number; wait: string | null }[]>(
      `select failures, extract(epoch from not_before - now()) * 1000 as wait from cursor where topic = $1 and shard = $2`,
      [topic, shard],
    );
    return { failures: row?.failures ?? 0, wait: Math.max(0, Number(row?.wait ?? 0)) };
  }
}

const ALL_SHARDS = Array.from({ length: PARTITIONS }, (_, shard) => shard);
