import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs, placements, operations, reports, findings, claims and secrets of one utility's providers. */
export class CreateJobs1790000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table operation (
        id uuid primary key,
        request_id uuid not null,
        attempt smallint not null,
        seq smallint not null,
        provider text not null,
        kind text not null,
        version integer not null,
        dossier_version integer not null,
        promised_date date not null,
        reason text,
        status text not null,
        outcome_unknown boolean not null,
        since timestamptz not null,
        tries integer not null,
        next_at timestamptz not null,
        lease_until timestamptz,
        in_flight_until timestamptz,
        owner text,
        last_error text,
        unique (request_id, attempt, seq)
      ) with (fillfactor = 80);
      create unique index operation_in_hand on operation (request_id, attempt)
        where status in ('pending', 'sending', 'failing', 'unknown', 'parked');
      create index operation_due on operation (provider, next_at) where status in ('pending', 'failing', 'unknown');
      create index operation_leased on operation (lease_until) where status = 'sending';
      create index operation_parked on operation (since, id) where status = 'parked';

      create table placement (
        request_id uuid not null,
        attempt smallint not null,
        provider text not null,
        desired_version integer not null,
        dossier_version integer not null,
        desired_provider text not null,
        promised_date date not null,
        promised_date_provisional boolean not null,
        cancel_reason text,
        acked_version integer,
        acked_digest text,
        refused_version integer,
        superseded boolean not null,
        state text not null,
        highest_state text not null,
        since timestamptz not null,
        reason text,
        provider_message text,
        holder text,
        holder_deadline date,
        holder_deadline_provisional boolean not null,
        correction json,
        asked_items json,
        reference text,
        second_reference text,
        withdrawal text not null,
        withdrawal_reason text,
        refused_cancel_reason text,
        refused_withdrawal uuid,
        stages json not null,
        last_sequence bigint,
        last_report_at timestamptz,
        is_last_report_ahead boolean not null,
        changes integer not null,
        changes_since timestamptz,
        deferred_until timestamptz,
        claimed_by text,
        claimed_until timestamptz,
        operation_id uuid,
        urgent_on date not null,
        is_open boolean not null,
        job_version integer not null,
        published_digest text,
        facts json not null,
        primary key (request_id, attempt)
      ) with (fillfactor = 70);
      create index placement_open on placement (provider, urgent_on, request_id) where is_open;
      create index placement_claimed on placement (claimed_until) where claimed_by is not null and is_open;

      create table dossier (
        request_id uuid not null,
        version integer not null,
        body json not null,
        primary key (request_id, version)
      );

      create index placement_deferred on placement (deferred_until) where deferred_until is not null;

      create table report (
        provider text not null,
        id text not null,
        request_id uuid not null,
        attempt integer not null,
        received_at timestamptz not null default now(),
        not_applied text,
        body jsonb not null
      ) partition by range (received_at);
      create index report_of_job on report (request_id, received_at);
      create index report_by_id on report (request_id, id);

      create table provider_circuit (
        provider text primary key,
        failures integer not null default 0,
        open_until timestamptz,
        away_since timestamptz
      );

      create table replica (
        id uuid primary key,
        joined_at timestamptz not null,
        expires_at timestamptz not null
      ) with (fillfactor = 50);

      create table provider_cursor (
        provider text primary key,
        cursor text,
        subscription text,
        leased_until timestamptz not null
      );

      create table finding (
        id uuid primary key,
        request_id uuid not null,
        attempt integer not null,
        provider text not null,
        kind text not null,
        owner text not null,
        at timestamptz not null,
        closed_at timestamptz
      );
      create index finding_open on finding (at, id) where closed_at is null;
      create unique index finding_open_once on finding (request_id, attempt, kind) where closed_at is null;

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

      create table provider_secret (
        provider text not null,
        fingerprint text not null,
        last_used_at timestamptz,
        ended_at timestamptz,
        primary key (provider, fingerprint)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table provider_secret, claim_event, finding, provider_cursor, replica, provider_circuit, report, dossier, placement, operation',
    );
  }
}
