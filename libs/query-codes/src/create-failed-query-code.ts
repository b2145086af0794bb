import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Wrong query codes, for a service that did not count them from its beginning. */
export class CreateFailedQueryCode1790000040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table failed_query_code (
        key text primary key,
        failures integer not null,
        last_at timestamptz not null,
        tried_at timestamptz not null
      ) with (fillfactor = 80);
      create index on failed_query_code (last_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table failed_query_code');
  }
}
