import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { TOPICS } from '@lianban/contracts';
import { DataSource } from 'typeorm';
import { Cursors, RELAY, RELAY_SHARD, type Position } from '../cursors.js';
import { backOff } from '../failures.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import type { EventRecord } from '../record.js';
import { StepObserver } from '../steps.js';
import { Waker } from '../waker.js';
import { KafkaClient, type Closable } from './kafka-client.js';

interface Row extends Omit<EventRecord, 'source'> {
  xid: string;
  position: string;
  createdAt: Date;
  bound: string;
}
type Sender = Closable & { send(records: readonly EventRecord[]): Promise<void> };

const BATCH = 500;

/** The next rows, or one row without any, with the bound below which nothing can appear any more. */
const READ = `select b.bound::text as bound, o.* from (select pg_snapshot_xmin(pg_current_snapshot()) as bound) b
  left join lateral (
    select o.xid::text as xid, o.id as position, o.event_id as id, o.type, o.time, o.key, o.topic, o.body,
           o.created_at as "createdAt"
    from outbox o, cursor c
    where c.topic = $1 and (o.xid, o.id) > (c.xid, c.id) and o.xid < b.bound
      and o.created_at > c.seen_at - interval '1 hour'
    order by o.xid, o.id limit $2) o on true`;

/**
 * Carries the outbox to Kafka in `(xid, id)` order, below the oldest transaction that may still commit. One instance of
 * a service relays at a time, held by a session lock; the cursor moves only after Kafka has acknowledged.
 */
@Injectable()
export class Relay implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Relay');
  private readonly waker: Waker;
  private running?: Promise<void>;
  private sender?: Sender;
  private failures = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
    private readonly steps: StepObserver,
    @Inject(MessagingConfig) config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    const topics = TOPICS.filter(({ publishers }) => publishers.includes(service)).map(({ name }) => name);
    this.waker = new Waker(topics, config.pollInterval);
  }

  async start(client: KafkaClient): Promise<void> {
    await this.cursors.register([RELAY], [RELAY_SHARD]);
    this.running = this.run(client);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.waker.stop();
    await this.running;
    await this.sender?.close();
  }

  private async run(client: KafkaClient): Promise<void> {
    while (!this.waker.isStopped) {
      try {
        this.sender ??= await client.producer();
        await this.whileElected(this.sender);
      } catch (error) {
        this.logger.warn(`cannot relay now: ${(error as Error).message}`);
        await this.waker.sleep(backOff(++this.failures));
      }
    }
  }

  /** Holds the relay's lock on a connection of its own; a lost connection gives it up. */
  private async whileElected(sender: Sender): Promise<void> {
    const session = this.dataSource.createQueryRunner();
    try {
      await session.connect();
      const [{ elected }] = await session.query(
        `select pg_try_advisory_lock(hashtext('relay'), hashtext(current_schema())) as elected`,
      );
      if (!elected) return await this.waker.sleep(1_000);
      while (!this.waker.isStopped) await this.relay(sender, (sql, values) => session.query(sql, values));
      await session.query('select pg_advisory_unlock_all()');
    } finally {
      await session.release();
    }
  }

  private async relay(
    sender: Sender,
    query: (sql: string, values: unknown[]) => Promise<Row[]>,
  ): Promise<void> {
    const rows = await query(READ, [RELAY, BATCH]);
    const records = rows.filter(({ id }) => id !== null);
    if (records.length === 0) return this.waker.rest(BigInt(rows[0]!.bound));
    await sender.send(records.map((row) => ({ ...row, source: `/lianban/${this.service}` })));
    this.failures = 0;
    await this.steps.announce('produced');
    const last = records.at(-1)!;
    const position: Position = { xid: last.xid, id: last.position, createdAt: last.createdAt };
    await this.cursors.advance(this.dataSource.manager, RELAY, new Map([[RELAY_SHARD, position]]));
    await this.steps.announce('relay-advanced');
  }
}
