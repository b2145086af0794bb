import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What officers did with a job and when each last had it open; receipt numbers and own claims are found by index. */
export class CreateWorkbenchTrail1790000010008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table officer_act (
        id bigint generated always as identity primary key,
        request_id uuid not null,
        attempt smallint not null,
        at timestamptz not null default now(),
        officer text not null,
        act text not null,
        said json not null
      );
      create index officer_act_of_job on officer_act (request_id, attempt);

      create table job_view (
        request_id uuid not null,
        attempt smallint not null,
        officer text not null,
        version integer not null,
        seen_at timestamptz not null,
        primary key (request_id, attempt, officer)
      ) with (fillfactor = 70);

      create index placement_in_hand on placement (provider, claimed_by, urgent_on, request_id)
        where claimed_by is not null and is_open;
      create index dossier_by_receipt on dossier ((body->>'receiptNumber'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dossier_by_receipt, placement_in_hand; drop table job_view, officer_act');
  }
}
