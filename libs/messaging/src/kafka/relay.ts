import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { TERMS, TOPICS } from '@lianban/contracts';
import { schemaOf } from '@lianban/service-kit';
import type { Client, Notification } from 'pg';
import { DataSource } from 'typeorm';
import { Cursors, RELAY, RELAY_SHARD, type Position } from '../cursors.js';
import { backoffMs } from '../failures.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import { onPoke } from '../pokes.js';
import type { OutgoingMessage } from '../message.js';
import { Checkpoints } from '../checkpoints.js';
import { PollLoop } from '../poll-loop.js';
import { KafkaClient, type Closable } from './kafka-client.js';

interface Row extends Omit<OutgoingMessage, 'source'> {
  xid: string;
  position: string;
  createdAt: Date;
  bound: string;
}
type Sender = Closable & { send(records: readonly OutgoingMessage[]): Promise<void> };

const BATCH = 500;
/** Of what is sent meanwhile, a process that dies makes the next one send the most again. */
const ADVANCE_EVERY = 250;
const HOUR = 3_600_000;

/** The next rows after a position, or one row without any, with the bound below which nothing can appear any more. */
const READ = `select pg_snapshot_xmin(pg_current_snapshot())::text as bound, next.* from (select) one left join lateral (
    ${TERMS.map(nextOfTerm).join(' union all ')} order by place, position limit $4) next on true`;

function nextOfTerm(term: number): string {
  return `(select o.xid as place, o.xid::text as xid, o.id as position, o.event_id as id, o.type, o.time, o.key, o.topic,
      o.body, o.created_at as "createdAt"
    from outbox o where o.term = ${term} and (o.xid, o.id) > ($1::xid8, $2::bigint)
      and o.xid < pg_snapshot_xmin(pg_current_snapshot()) and o.created_at > $3
    order by o.xid, o.id limit $4)`;
}

/**
 * Carries the outbox to Kafka in `(xid, id)` order, below the oldest transaction that may still commit. One instance of
 * a service relays at a time, held by a session lock; the cursor moves only after Kafka has acknowledged.
 */
@Injectable()
export class Relay implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Relay');
  private readonly waker: PollLoop;
  private running?: Promise<void>;
  private sender?: Sender;
  private failures = 0;
  private isElected = false;
  private telling = false;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly dataSource: DataSource,
    private readonly cursors: Cursors,
    private readonly steps: Checkpoints,
    @Inject(MessagingConfig) config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {
    const topics = TOPICS.filter(({ publishers }) => publishers.includes(service)).map(({ name }) => name);
    this.waker = new PollLoop([], config.pollInterval);
    this.unsubscribe = onPoke(topics, (xid) => (this.isElected ? this.waker.poke(xid) : void this.tell(xid)));
  }

  async start(client: KafkaClient): Promise<void> {
    await this.cursors.register([RELAY], [RELAY_SHARD]);
    this.running = this.run(client);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe();
    this.waker.stop();
    await this.running;
    await this.sender?.close();
  }

  /** Tells the instance that relays of a commit here, outside the business transaction; it looks by itself where this fails. */
  private async tell(xid: bigint): Promise<void> {
    if (this.telling) return;
    this.telling = true;
    await this.dataSource.query('select pg_notify($1, $2)', [this.channel, xid.toString()]).catch(() => {});
    this.telling = false;
  }

  private get channel(): string {
    return schemaOf(this.service);
  }

  private async run(client: KafkaClient): Promise<void> {
    while (!this.waker.isStopped) {
      try {
        this.sender ??= await client.producer();
        await this.whileElected(this.sender);
      } catch (error) {
        this.logger.warn(`cannot relay now: ${(error as Error).message}`);
        await this.waker.sleep(backoffMs(++this.failures));
      }
    }
  }

  /** Holds the relay's lock on a connection of its own; a lost connection gives it up. */
  private async whileElected(sender: Sender): Promise<void> {
    const session = this.dataSource.createQueryRunner();
    const client = (await session.connect()) as Client;
    const told = ({ payload }: Notification): void => this.waker.poke(BigInt(payload!));
    try {
      const [{ elected }] = await session.query(
        `select pg_try_advisory_lock(hashtext('relay'), hashtext(current_schema())) as elected`,
      );
      if (!elected) return void (await this.waker.sleep(1_000));
      this.isElected = true;
      client.on('notification', told);
      await session.query(`listen ${this.channel}`);
      await this.whileHolding(sender, (sql, values) => session.query(sql, values));
      await session.query('unlisten *; select pg_advisory_unlock_all()');
    } finally {
      this.isElected = false;
      client.off('notification', told);
      await session.release();
    }
  }

  /** The cursor follows what Kafka has acknowledged, a quarter of a second behind: some may be sent again, none is left out. */
  private async whileHolding(
    sender: Sender,
    query: (sql: string, values: unknown[]) => Promise<Row[]>,
  ): Promise<void> {
    let position = await this.cursors.position(RELAY, RELAY_SHARD);
    let noted = { position, at: Date.now() };
    const catchUp = async (): Promise<void> => {
      if (noted.position === position) return;
      noted = { position, at: Date.now() };
      await this.advance(position);
    };
    try {
      while (!this.waker.isStopped) {
        const after = new Date(position.createdAt.getTime() - HOUR);
        const rows = await query(READ, [position.xid, position.id, after, BATCH]);
        if (rows[0]!.id === null) await this.waker.rest(BigInt(rows[0]!.bound));
        else {
          this.waker.found();
          position = await this.send(sender, rows);
        }
        if (Date.now() - noted.at >= ADVANCE_EVERY) await catchUp();
      }
    } finally {
      await catchUp();
    }
  }

  private async send(sender: Sender, rows: Row[]): Promise<Position> {
    await sender.send(rows.map((row) => ({ ...row, source: `/lianban/${this.service}` })));
    this.failures = 0;
    await this.steps.reach('produced');
    const { xid, position: id, createdAt } = rows.at(-1)!;
    return { xid, id, createdAt };
  }

  private async advance(position: Position): Promise<void> {
    await this.cursors.advance(this.dataSource.manager, RELAY, new Map([[RELAY_SHARD, position]]));
    await this.steps.reach('relay-advanced');
  }
}
