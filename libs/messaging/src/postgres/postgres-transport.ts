import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { topicNamed, TOPICS } from '@lianban/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { BatchProcessor, RetryBatch, type Handlers } from '../batch-processor.js';
import { Cursors, type Position } from '../cursors.js';
import { EventHandlers } from '../handlers.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import type { RawMessage } from '../message.js';
import { PollLoop } from '../poll-loop.js';
import { viewOf } from './topic-views.js';

interface Row extends RawMessage, Position {}

/** Rows that this group has not passed and that no open transaction can still precede; the term leaves out partitions. */
const unread = (
  topic: string,
): string => `o.term = ${topicNamed(topic)!.days} and (o.xid, o.id) > (c.xid, c.id) and o.xid < pg_snapshot_xmin(pg_current_snapshot())
  and o.created_at > c.seen_at - interval '1 hour'`;

/**
 * Reads the publishers' outboxes in place; the effects of a handler and its cursor commit together. Instances share the
 * shards of a topic by advisory locks, which assign no transaction id and so hold no reader back.
 */
@Injectable()
export class PostgresTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  protected override readonly logger = new Logger('PostgresTransport');
  private readonly readers: { waker: PollLoop; done: Promise<void> }[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly chunks: BatchProcessor,
    private readonly cursors: Cursors,
    private readonly eventHandlers: EventHandlers,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      const handlers = this.eventHandlers.adopt(this.messageHandlers);
      const topics = TOPICS.filter(({ readers }) => readers.includes(this.service)).map(({ name }) => name);
      await this.cursors.register(topics);
      for (const topic of handlers.size > 0 ? topics : []) this.readers.push(this.follow(topic, handlers));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  async close(): Promise<void> {
    this.readers.forEach(({ waker }) => waker.stop());
    await Promise.all(this.readers.map(({ done }) => done));
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.dataSource as T;
  }

  private follow(topic: string, handlers: Handlers): { waker: PollLoop; done: Promise<void> } {
    const waker = new PollLoop([topic], this.config.pollInterval);
    return { waker, done: this.read(topic, handlers, waker) };
  }

  private async read(topic: string, handlers: Handlers, waker: PollLoop): Promise<void> {
    while (!waker.isStopped) {
      try {
        const { shards, failures, bound } = await this.due(topic);
        if (shards.length === 0) await waker.rest(BigInt(bound));
        else {
          waker.found();
          await this.handle(topic, shards, failures, handlers, waker);
        }
      } catch (error) {
        this.logger.warn(`${topic} cannot be read now: ${(error as Error).message}`);
        await waker.sleep(1_000);
      }
    }
  }

  private async handle(
    topic: string,
    shards: number[],
    failures: number,
    handlers: Handlers,
    waker: PollLoop,
  ): Promise<void> {
    const chunk = (tries: number): Promise<number> =>
      this.chunks.handle<Row>(
        handlers,
        (manager) => this.take(manager, topic, shards),
        (manager, rows) => this.cursors.advance(manager, topic, lastOfEachShard(rows)),
        tries,
      );
    try {
      const count = await chunk(failures);
      if (count === 0) return void (await waker.sleep(5));
      // Where much is waiting, these shards have more.
      for (let more = count; more >= this.config.chunkSize / 2 && !waker.isStopped;) more = await chunk(0);
    } catch (error) {
      if (!(error instanceof RetryBatch)) throw error;
      await this.cursors.backOff(topic, shards, error.delay);
    }
  }

  private async due(topic: string): Promise<{ shards: number[]; failures: number; bound: string }> {
    const [row] = await this.dataSource.query<{ shards: number[]; failures: number; bound: string }[]>(
      `select coalesce(array_agg(c.shard), '{}') as shards, coalesce(max(c.failures), 0) as failures,
              pg_snapshot_xmin(pg_current_snapshot())::text as bound
       from cursor c where c.topic = $1 and (c.not_before is null or c.not_before <= now())
         and exists (select 1 from ${viewOf(topic)} o where o.topic = c.topic and o.shard = c.shard and ${unread(topic)})`,
      [topic],
    );
    return row!;
  }

  /** The cursor is read in a statement after the lock: before it, another instance may have moved it. */
  private async take(manager: EntityManager, topic: string, shards: number[]): Promise<Row[]> {
    const locked = await manager.query<{ shard: number }[]>(
      `select shard from unnest($3::int[]) shard where pg_try_advisory_xact_lock(hashtext($1), hashtext($2 || shard))`,
      [this.service, topic, shards],
    );
    if (locked.length === 0) return [];
    const rows = await manager.query<OutboxRow[]>(
      `select o.* from cursor c cross join lateral (
         select o.xid::text as xid, o.id, o.event_id, o.type, o.source, o.time, o.key, o.shard, o.body, o.created_at
         from ${viewOf(topic)} o where o.topic = c.topic and o.shard = c.shard and ${unread(topic)}
         order by o.xid, o.id limit $3) o
       where c.topic = $1 and c.shard = any($2::smallint[]) order by o.xid::xid8, o.id`,
      [topic, locked.map(({ shard }) => shard), Math.ceil(this.config.chunkSize / locked.length)],
    );
    return rows.map((row) => received(topic, row));
  }
}

interface OutboxRow {
  xid: string;
  id: string;
  event_id: string;
  type: string;
  source: string;
  time: Date;
  key: string;
  shard: number;
  body: string;
  created_at: Date;
}

function received(topic: string, row: OutboxRow): Row {
  return {
    topic,
    shard: row.shard,
    sourcePosition: `${row.source}#${row.id}`,
    headers: {
      ce_id: row.event_id,
      ce_type: row.type,
      ce_source: row.source,
      ce_time: row.time.toISOString(),
    },
    key: row.key,
    body: row.body,
    xid: row.xid,
    id: row.id,
    createdAt: row.created_at,
  };
}

function lastOfEachShard(rows: readonly Row[]): Map<number, Position> {
  return new Map(rows.map(({ shard, xid, id, createdAt }) => [shard, { xid, id, createdAt }]));
}
