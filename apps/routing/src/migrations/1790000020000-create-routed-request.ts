import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests and their jobs as routing follows them, and the dossiers that desired states are made of. */
export class CreateRoutedRequest1790000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table routed_request (
        request_id uuid primary key,
        version integer not null,
        dossier_version integer not null,
        public_dossier json not null,
        facts json not null,
        ended_at timestamptz,
        next_check_on date
      ) with (fillfactor = 70);
      create index routed_request_due on routed_request (next_check_on, request_id) where next_check_on is not null;
      create index routed_request_running on routed_request (request_id) where ended_at is null;

      create table routed_job (
        request_id uuid not null,
        position smallint not null,
        utility text not null,
        provider text not null,
        attempt smallint not null,
        desired_version integer not null,
        desired_digest text not null,
        cancel_reason text,
        cancelled_by_applicant boolean not null,
        progress_version integer not null,
        state text not null,
        state_since timestamptz not null,
        reason text,
        holder text,
        holder_deadline date,
        holder_deadline_provisional boolean not null,
        delivered boolean not null,
        accepted boolean not null,
        operation_kind text not null,
        operation_delivery text not null,
        operation_since timestamptz not null,
        reference text,
        stages json not null,
        correction json,
        closed_corrections json not null,
        withdrawal text not null,
        withdrawal_reason text,
        limit_days smallint,
        promised_date date not null,
        sla_date date not null,
        sla_provisional boolean not null,
        stopped_on date,
        stops json not null,
        clock_since timestamptz not null,
        reminded_of date,
        missed_deadline date,
        deadline_outcome text,
        rerouted_for text,
        primary key (request_id, utility)
      ) with (fillfactor = 70);

      create table dossier (
        request_id uuid primary key,
        version integer not null,
        body json not null
      );

      create table recounted (
        singleton boolean primary key default true check (singleton),
        catalogue_version text not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recounted, dossier, routed_job, routed_request');
  }
}
