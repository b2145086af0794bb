import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last comparison with each provider's own list of jobs, and what it has listed while one is under way. */
export class CreateReconciliation1790000010007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table reconciliation (
        provider text primary key,
        started_at timestamptz not null,
        since timestamptz not null,
        cursor text,
        leased_until timestamptz not null,
        tries integer not null default 0,
        finished_at timestamptz,
        listed integer not null default 0,
        repaired integer not null default 0,
        error text
      ) with (fillfactor = 50);

      create table listed_placement (
        provider text not null,
        request_id uuid not null,
        attempt smallint not null,
        differences text[] not null,
        primary key (provider, request_id, attempt)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table listed_placement, reconciliation');
  }
}
