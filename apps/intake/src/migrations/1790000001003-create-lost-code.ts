import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often query codes were lost: by request, and by the address that asks. */
export class CreateLostCode1790000001003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table lost_code (
        key text primary key,
        count integer not null,
        since timestamptz not null,
        last_at timestamptz not null
      ) with (fillfactor = 80);
      create index on lost_code (last_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table lost_code');
  }
}
