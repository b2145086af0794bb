import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the providers give the applicant to read. */
export class AddDocuments1790000020002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table routed_job add column documents json not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table routed_job drop column documents');
  }
}
