import { randomInt } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { backoffMs } from '../failures.js';
import { KAFKA_PROCESS_LOCK } from '../installation.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import { ROW_COLUMNS, toOutboxRow, type StoredRow } from '../outbox/outbox-table.js';
import { MessagingMetrics } from '../messaging-metrics.js';
import { PollLoop } from '../poll-loop.js';
import { KafkaOutbox } from './kafka-outbox.js';

const PAGE_ROWS = 100;
const PAGE_RECORDS = 250;
const DRAIN_CHECK_MS = 200;
const MAX_PROCESS = 2 ** 31 - 1;

/** Rows that found no room, whose process is gone, or that are older than its patience; oldest first, and none that is in memory here. */
const FIND_LEFT_ROWS = `with page as (select * from outbox
  where id <> all($1::bigint[]) and (process is null or created_at < now() - $2::integer * interval '1 millisecond'
    or process not in (select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${KAFKA_PROCESS_LOCK}
      and database = (select oid from pg_database where datname = current_database())))
  order by id limit ${PAGE_ROWS}),
  counted as (select *, sum(cardinality(event_ids)) over (order by id) - cardinality(event_ids) as earlier from page)
  select ${ROW_COLUMNS}, (select count(*) from page)::int as "pageRows" from counted
  where earlier < ${PAGE_RECORDS} order by id`;

/** Refused by a server that has become read-only (SQLSTATE 25006): the session leaves it, or it would sweep there for ever. */
const ON_PRIMARY = 'select from outbox where false for update';

/**
 * Holds the lock of this process, and in one process of a service sends the rows that no process has in memory: a page, and the
 * next when that has been sent, so that it pauses while the broker refuses. A row may be sent twice; none is left.
 */
@Injectable()
export class OutboxSweeper {
  private readonly logger = new Logger('OutboxSweeper');
  private readonly loop = new PollLoop();
  private running?: Promise<void>;
  private stopping?: Promise<void>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: KafkaOutbox,
    private readonly metrics: MessagingMetrics,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {}

  /** Resolves when this process holds its lock. */
  start(): Promise<void> {
    return new Promise((resolve) => (this.running = this.run(resolve)));
  }

  /** Stops the outbox too: its process keeps its lock until then. */
  async stop(): Promise<void> {
    this.loop.stop();
    this.stopping ??= this.outbox.stop();
    await this.stopping;
    await this.running;
  }

  private async run(onLocked: () => void): Promise<void> {
    for (let failures = 0; !this.loop.isStopped;) {
      const session = this.dataSource.createQueryRunner();
      try {
        this.outbox.setProcess(await lockProcess(session));
        onLocked();
        failures = 0;
        await this.sweepWhileLocked(session);
      } catch (error) {
        this.logger.warn(`the outbox cannot be swept now: ${(error as Error).message}`);
        await this.loop.sleep(backoffMs(++failures));
      } finally {
        this.outbox.isYielding = false;
        await session.release();
      }
    }
  }

  private async sweepWhileLocked(session: QueryRunner): Promise<void> {
    let isSweeper = false;
    while (!this.loop.isStopped) {
      await session.query(ON_PRIMARY);
      isSweeper ||= await tryLock(session, `hashtext('outbox sweeper'), hashtext(current_schema())`);
      const hasMore = isSweeper && (await this.sweepPage(session));
      if (!hasMore) await this.loop.sleep(this.config.outboxSweepMs);
    }
    await this.stopping;
    await session.query('select pg_advisory_unlock_all()');
  }

  /** Answers whether there may be more. What this process has in memory is sent first. */
  private async sweepPage(session: QueryRunner): Promise<boolean> {
    if (this.outbox.length > PAGE_RECORDS) {
      const left = (await session.query('select 1 from outbox where process is null limit 1')) as unknown[];
      this.outbox.isYielding = left.length > 0;
      if (this.outbox.isYielding) await this.loop.sleep(DRAIN_CHECK_MS);
      return this.outbox.isYielding;
    }
    const rows = (await session.query(FIND_LEFT_ROWS, [
      this.outbox.knownRows,
      this.config.outboxStaleMs,
    ])) as (StoredRow & { pageRows: number })[];
    const [first] = rows;
    this.outbox.isYielding = first?.pageRows === PAGE_ROWS || rows.length < (first?.pageRows ?? 0);
    if (rows.length === 0 || this.loop.isStopped) return false;
    await this.outbox.sendPage(rows.map((row) => toOutboxRow(row, this.service)));
    this.metrics.noteSwept(rows.length);
    return this.outbox.isYielding;
  }
}

/** Answers the number under which this process is known while the session lasts. */
async function lockProcess(session: QueryRunner): Promise<number> {
  for (;;) {
    const process = randomInt(1, MAX_PROCESS);
    if (await tryLock(session, `${KAFKA_PROCESS_LOCK}, ${process}`)) return process;
  }
}

async function tryLock(session: QueryRunner, key: string): Promise<boolean> {
  const [{ locked }] = (await session.query(`select pg_try_advisory_lock(${key}) as locked`)) as [
    { locked: boolean },
  ];
  return locked;
}
