import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Wrong codes are counted; when the last try was looked at says how long the next one waits. */
export class CountWrongCodes1790000033000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table wrong_guess;
      create table wrong_code (
        subject text primary key,
        wrong integer not null,
        last_at timestamptz not null,
        tried_at timestamptz not null
      ) with (fillfactor = 80);
      create index on wrong_code (last_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table wrong_code;
      create table wrong_guess (
        subject text primary key,
        at timestamptz[] not null,
        forget_at timestamptz not null
      );
      create index on wrong_guess (forget_at);
    `);
  }
}
