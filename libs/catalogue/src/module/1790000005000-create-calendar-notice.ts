import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The years' notices that an operator has imported, beside those that came with the catalogue's files. */
export class CreateCalendarNotice1790000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table calendar_notice (
        year integer primary key,
        off text[] not null,
        make_up text[] not null,
        imported_at timestamptz not null default clock_timestamp()
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table calendar_notice');
  }
}
