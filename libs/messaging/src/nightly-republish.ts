import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock, RepeatingTask } from '@lianban/service-kit';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { MessagingConfig } from './messaging.config.js';
import { RepublishSnapshots, SnapshotSource } from './republish.js';

const CHECK_MS = 600_000;
const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
/** A night that was missed is made up for in the next one. */
const DAYS_BACK = 2;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * Adds to a table of aggregates, one row or more a request, the day of its last change (UTC, as every session has it), and the
 * memory of the nightly run. Expands: the version before does not write the new column.
 */
export abstract class AddChangedOn implements MigrationInterface {
  protected abstract readonly table: string;
  /** The column with the request's id. */
  protected readonly id: string = 'request_id';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ${this.table} add column changed_on date not null default current_date;
      create index ${this.table}_changed on ${this.table} (changed_on, ${this.id});
      create table nightly_republish (
        only_row boolean primary key default true check (only_row),
        last_on date not null
      );
      comment on table nightly_republish is 'the last night in which recent changes were published again';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table nightly_republish; alter table ${this.table} drop column changed_on`);
  }
}

/** Publishes every night what changed in the last two days, so that a snapshot that was lost or parked is made good. */
@Injectable()
export class NightlyRepublish implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('NightlyRepublish');
  private readonly task = new RepeatingTask(
    () => this.run(),
    (error) => this.logger.warn(`cannot look whether it is time to publish again: ${error.message}`),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly republish: RepublishSnapshots,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
  ) {}

  onModuleInit(): void {
    this.task.start(CHECK_MS);
  }

  onModuleDestroy(): Promise<void> {
    return this.task.stop();
  }

  /** Starts the run of this night, in the hour for it and where no other instance has started it. */
  async run(): Promise<void> {
    const now = this.clock.now().getTime();
    const local = now + SHANGHAI_OFFSET_MS;
    if (new Date(local).getUTCHours() !== this.config.republishHour) return;
    const claimed = await this.dataSource.query<unknown[]>(
      `insert into nightly_republish (last_on) values ($1) on conflict (only_row)
       do update set last_on = excluded.last_on where nightly_republish.last_on < excluded.last_on returning last_on`,
      [dayOf(local)],
    );
    if (claimed.length === 0) return;
    this.republish.start(
      Array.from({ length: DAYS_BACK + 1 }, (_, i) => dayOf(now - (DAYS_BACK - i) * DAY_MS)),
    );
  }
}

/** What a service with snapshots needs to publish them again. */
export const republishing = (source: new (...args: never[]) => SnapshotSource) => [
  RepublishSnapshots,
  NightlyRepublish,
  { provide: SnapshotSource, useClass: source },
];
