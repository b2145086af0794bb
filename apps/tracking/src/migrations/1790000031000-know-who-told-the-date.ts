import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every column of a tracked request has one source; whether routing has spoken decides about the date. */
export class KnowWhoToldTheDate1790000031000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table tracked_request add column decided boolean not null default false');
    await runner.query(`update tracked_request t set decided = true where exists (
      select from snapshot s where s.half = t.half and s.request_id = t.request_id and s.source = 'decision')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table tracked_request drop column decided');
  }
}
