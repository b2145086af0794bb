import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A claim lasts until a time and leaves a trace; those of today are given three days. */
export class LetClaimsLapse1790000015000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table placement add claimed_until timestamptz;
      update placement set claimed_until = now() + interval '3 days' where claimed_by is not null;
      create index placement_claimed on placement (claimed_until) where claimed_by is not null
        and state not in ('completed', 'partly-completed', 'refused', 'failed', 'cancelled');

      create table claim_event (
        id bigint generated always as identity primary key,
        request_id uuid not null,
        attempt integer not null,
        at timestamptz not null default now(),
        act text not null,
        officer text not null,
        acted_by text
      );
      create index claim_event_of_job on claim_event (request_id, attempt);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table claim_event; alter table placement drop claimed_until');
  }
}
