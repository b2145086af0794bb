import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateServiceRequest1790000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create sequence receipt_sequence;

      create table service_request (
        id uuid primary key,
        receipt_number text not null unique,
        hall text not null,
        registered_by text not null,
        registered_at timestamptz not null,
        catalogue_version text not null,
        dossier jsonb not null,
        parts jsonb not null,
        version integer not null,
        dossier_version integer not null,
        contact_version integer not null,
        query_code_secret integer not null,
        query_code_issue integer not null,
        query_code_hash text not null
      );

      create table idempotency_record (
        hall text not null,
        key text not null,
        body_hash text not null,
        request_id uuid not null,
        query_code_secret integer not null,
        receipt json not null,
        primary key (hall, key)
      );

      create table job_state (
        request_id uuid primary key,
        version integer not null,
        jobs json not null,
        answers_due date,
        corrections json not null,
        undelivered_since timestamptz
      ) with (fillfactor = 70);
      create index job_state_undelivered on job_state (undelivered_since, request_id) where undelivered_since is not null;
      create index job_state_answers_due on job_state (answers_due, request_id) where answers_due is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table service_request, idempotency_record, job_state; drop sequence receipt_sequence',
    );
  }
}
