import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports grow without end: by weeks they are dropped, not deleted. Which came before is asked under the lock of their job. */
export class LayReportsApartByWeeks1790000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table report rename to report_before;
      alter index report_of_job rename to report_before_of_job;
      create table report (
        provider text not null,
        id text not null,
        request_id uuid not null,
        attempt integer not null,
        received_at timestamptz not null default now(),
        not_applied text,
        body jsonb not null
      ) partition by range (received_at);
      create index report_of_job on report (request_id, received_at);
      do $$
        declare week date;
        begin
          for week in select distinct date '1970-01-01' + 7 * (((received_at at time zone 'UTC')::date - date '1970-01-01') / 7)
            from report_before
          loop
            execute format('create table report_%s partition of report for values from (%L) to (%L)',
              to_char(week, 'YYYYMMDD'), week, week + 7);
          end loop;
        end
      $$;
      insert into report select provider, id, request_id, attempt, received_at, not_applied, body from report_before;
      drop table report_before;
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was dropped does not come back');
  }
}
