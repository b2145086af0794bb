import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a job's progress changes stands in its snapshot alone: a tracked request is written for its own sources only. */
export class RevisionIsTheSumOfVersions1790000032000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table tracked_request drop column revision');
    await runner.query('drop sequence revision');
  }

  async down(): Promise<void> {
    throw new Error('revisions that were given do not come back');
  }
}
