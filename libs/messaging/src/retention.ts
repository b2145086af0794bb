import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { TERMS } from '@lianban/contracts';
import { Clock } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { RELAY } from './cursors.js';
import { MessagingConfig } from './messaging.config.js';

const DAY = 86_400_000;
const AHEAD = 2;
/** The longest term, and two days. */
const INBOX: WeeklyTable = { table: 'inbox', days: Math.max(...TERMS) + 2 };
const RELAYED_DAYS = 2;

/** A table of the service that is partitioned by range over a time, a week each, from a Thursday on. */
export interface WeeklyTable {
  table: string;
  /** A row is kept for so many days, and dropped with its week. */
  days: number;
}

/** Token of the service's own weekly tables. */
export const WEEKLY_TABLES = Symbol('weekly tables');

const midnight = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY) * DAY);
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const weekOf = (at: Date): Date => new Date(Math.floor(at.getTime() / (7 * DAY)) * 7 * DAY);

/**
 * Makes the partitions of outbox, inbox and a service's own weekly tables before they are needed and drops them when their
 * term is over. An outbox
 * partition that some reader has not passed is kept, and said so.
 */
@Injectable()
export class Retention implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Retention');
  private timer?: NodeJS.Timeout;
  private readonly weekly: readonly WeeklyTable[];

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(WEEKLY_TABLES) weekly: readonly WeeklyTable[],
  ) {
    this.weekly = [INBOX, ...weekly];
  }

  async onModuleInit(): Promise<void> {
    await this.keep();
    this.timer = setInterval(
      () => void this.keep().catch((error: Error) => this.logger.error(error.message)),
      3_600_000,
    );
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Partitions for today and the days ahead; none past its term that everybody has read. */
  async keep(): Promise<void> {
    const today = midnight(this.clock.now());
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`set local transaction_timeout = '60s'; set local statement_timeout = '60s'`);
      await manager.query(`select pg_advisory_xact_lock(hashtext(current_schema() || ':retention'))`);
      const weeks = this.weekly.flatMap((table) => weeklyPartitions(table, today));
      await manager.query([...outboxPartitions(today), ...weeks].join(';\n'));
    });
    for (const partition of await this.dueOutbox(today)) await this.dropIfRead(partition);
    for (const { table, days } of this.weekly)
      for (const partition of await this.partitionsBefore(
        table,
        weekOf(new Date(today.getTime() - days * DAY)),
      ))
        await this.drop(partition);
  }

  private async dueOutbox(today: Date): Promise<string[]> {
    const due = TERMS.map((term) => {
      const days = this.config.transport === 'kafka' ? RELAYED_DAYS : term;
      return this.partitionsBefore(`outbox_t${term}`, new Date(today.getTime() - days * DAY));
    });
    return (await Promise.all(due)).flat();
  }

  private async partitionsBefore(prefix: string, limit: Date): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = current_schema() and c.relkind = 'r' and c.relname ~ ('^' || $1 || '_\\d{8}$')
         and right(c.relname, 8) < $2 order by 1`,
      [prefix, dayOf(limit).replaceAll('-', '')],
    );
    return rows.map(({ name }) => name);
  }

  private async dropIfRead(partition: string): Promise<void> {
    const cursors =
      this.config.transport === 'kafka'
        ? `(select * from cursor where topic = '${RELAY}')`
        : 'lianban.cursors';
    const unread = await this.dataSource.query<unknown[]>(
      `select 1 from ${partition} o join ${cursors} c on c.topic in (o.topic, '${RELAY}') and c.shard in (o.shard, -1)
       where (o.xid, o.id) > (c.xid, c.id) limit 1`,
    );
    if (unread.length > 0)
      this.logger.error(`${partition} is past its term and not yet read by everybody: kept`);
    else await this.drop(partition);
  }

  private async drop(partition: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`set local lock_timeout = '2s'`);
      await manager.query(`drop table if exists ${partition}`);
    });
    this.logger.log(`dropped ${partition}`);
  }
}

function outboxPartitions(today: Date): string[] {
  const days = Array.from({ length: AHEAD + 1 }, (_, i) => new Date(today.getTime() + i * DAY));
  return TERMS.flatMap((term) =>
    days.map((day) => {
      const [from, to] = [dayOf(day), dayOf(new Date(day.getTime() + DAY))];
      return `create table if not exists outbox_t${term}_${from.replaceAll('-', '')} partition of outbox
        for values from (${term}, '${from}') to (${term}, '${to}')`;
    }),
  );
}

function weeklyPartitions({ table, days }: WeeklyTable, today: Date): string[] {
  const first = weekOf(new Date(today.getTime() - days * DAY)).getTime();
  const weeks = (weekOf(today).getTime() - first) / (7 * DAY) + 2;
  return Array.from({ length: weeks }, (_, i) => {
    const [from, to] = [dayOf(new Date(first + i * 7 * DAY)), dayOf(new Date(first + (i + 1) * 7 * DAY))];
    return `create table if not exists ${table}_${from.replaceAll('-', '')} partition of ${table}
      for values from ('${from}') to ('${to}')`;
  });
}
