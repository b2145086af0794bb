import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The file that a provider is being sent, until it lies there. */
export class CreateBatch1790000010005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table batch (
        provider text primary key,
        name text not null,
        bytes bytea not null,
        operations uuid[] not null,
        leased_until timestamptz not null
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table batch');
  }
}
