import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What officers did with a job and when each last had it open. */
export class CreateWorkbenchTrail1790000010008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table officer_act (
        id bigint generated always as identity primary key,
        request_id uuid not null,
        attempt smallint not null,
        at timestamptz not null default now(),
        officer text not null,
        act text not null,
        said json not null
      );
      create index officer_act_of_job on officer_act (request_id, attempt);

      create table job_view (
        request_id uuid not null,
        attempt smallint not null,
        officer text not null,
        version integer not null,
        seen_at timestamptz not null,
        primary key (request_id, attempt, officer)
      ) with (fillfactor = 70);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table job_view, officer_act');
  }
}
