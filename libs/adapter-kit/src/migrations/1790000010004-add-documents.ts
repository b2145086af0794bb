import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a provider gives the applicant to read. */
export class AddDocuments1790000010004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table placement add column documents json not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table placement drop column documents');
  }
}
