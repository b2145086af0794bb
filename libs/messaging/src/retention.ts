import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { PROVIDER_RETENTION_DAYS, TOPICS } from '@lianban/contracts';
import { Clock, RepeatingTask, untilDatabaseAnswers } from '@lianban/service-kit';
import { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;

/** A table of the service that is partitioned by range over a time, a week each, from a Thursday on. */
export interface WeeklyTable {
  table: string;
  /** A row is kept for so many days, and dropped with its week. */
  days: number;
}

/** Token of the service's own weekly tables. */
export const WEEKLY_TABLES = Symbol('weekly tables');

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const weekOf = (at: Date): Date => new Date(Math.floor(at.getTime() / (7 * DAY_MS)) * 7 * DAY_MS);
const daysBefore = (at: Date, days: number): Date => new Date(at.getTime() - days * DAY_MS);

/**
 * Makes the partitions of a service's weekly tables before they are needed and drops them when their term is over. Parked
 * messages are kept as long as their topic keeps its records.
 */
@Injectable()
export class Retention implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Retention');
  private readonly task = new RepeatingTask(
    () => this.run(),
    (error) => this.logger.error(error.message),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(WEEKLY_TABLES) private readonly weekly: readonly WeeklyTable[],
  ) {}

  async onModuleInit(): Promise<void> {
    const warn = (message: string): void => this.logger.warn(message);
    await untilDatabaseAnswers(warn, () => this.createPartitions(this.clock.now()));
    this.task.start(INTERVAL_MS);
  }

  onModuleDestroy(): Promise<void> {
    return this.task.stop();
  }

  /** Partitions for this week and the next; none past its term. */
  async run(): Promise<void> {
    const now = this.clock.now();
    await this.createPartitions(now);
    for (const { table, days } of this.weekly)
      for (const partition of await this.partitionsBefore(table, weekOf(daysBefore(now, days))))
        await this.drop(partition);
    for (const { name, retentionDays } of TOPICS)
      await this.dataSource.query('delete from parked_message where topic = $1 and parked_at < $2', [
        name,
        daysBefore(now, retentionDays),
      ]);
    await this.dataSource.query('delete from parked_message where topic <> all($1) and parked_at < $2', [
      TOPICS.map(({ name }) => name),
      daysBefore(now, PROVIDER_RETENTION_DAYS),
    ]);
  }

  private async createPartitions(now: Date): Promise<void> {
    if (this.weekly.length === 0) return;
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`set local transaction_timeout = '60s'; set local statement_timeout = '60s'`);
      await manager.query(`select pg_advisory_xact_lock(hashtext(current_schema() || ':retention'))`);
      const weeks = this.weekly.flatMap((table) => weeksOf(table, now));
      await manager.query('select create_week(name, day) from unnest($1::text[], $2::date[]) n(name, day)', [
        weeks.map(({ table }) => table),
        weeks.map(({ firstDay }) => firstDay),
      ]);
    });
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

  private async drop(partition: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`set local lock_timeout = '2s'`);
      await manager.query('select drop_week($1)', [partition]);
    });
    this.logger.log(`dropped ${partition}`);
  }
}

function weeksOf({ table, days }: WeeklyTable, now: Date): { table: string; firstDay: string }[] {
  const first = weekOf(daysBefore(now, days)).getTime();
  const weeks = (weekOf(now).getTime() - first) / (7 * DAY_MS) + 2;
  return Array.from({ length: weeks }, (_, i) => ({
    table,
    firstDay: dayOf(new Date(first + i * 7 * DAY_MS)),
  }));
}
