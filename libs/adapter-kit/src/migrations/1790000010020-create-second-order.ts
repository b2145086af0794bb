import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders that providers made once too often, and how each is withdrawn: a row is the intention, stored before the first call. */
export class CreateSecondOrder1790000010020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table second_order (
        request_id uuid not null,
        attempt smallint not null,
        reference text not null,
        provider text not null,
        operation uuid not null default gen_random_uuid(),
        next_at timestamptz default now(),
        tries integer not null default 0,
        leased_until timestamptz not null default '-infinity',
        tried_at timestamptz,
        withdrawn_at timestamptz,
        refused_at timestamptz,
        reason text,
        last_error text,
        primary key (request_id, attempt, reference)
      );
      create index second_order_due on second_order (next_at) where next_at is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table second_order');
  }
}
