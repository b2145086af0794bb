import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators did with one service. */
export class CreateOperatorAct1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table operator_act (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        operator text not null,
        act text not null,
        parameters jsonb not null
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table operator_act');
  }
}
