import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs, placements, operations and reports of one utility. */
export class CreateJobs1790000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table job (
        request_id uuid primary key,
        version integer not null default 0,
        delivered boolean not null default false,
        accepted boolean not null default false
      ) with (fillfactor = 80);

      create table operation (
        id uuid primary key,
        request_id uuid not null,
        attempt integer not null,
        seq integer not null,
        provider text not null,
        kind text not null,
        version integer,
        body jsonb,
        status text not null,
        doubted boolean not null,
        since timestamptz not null,
        attempts integer not null,
        next_at timestamptz not null,
        lease_until timestamptz,
        sent_until timestamptz,
        owner text,
        said text,
        unique (request_id, attempt, seq)
      ) with (fillfactor = 80);
      create unique index operation_in_hand on operation (request_id, attempt)
        where status in ('pending', 'sending', 'failing', 'unknown', 'parked');
      create index operation_due on operation (provider, next_at) where status in ('pending', 'failing', 'unknown');
      create index operation_leased on operation (lease_until) where status = 'sending';
      create index operation_parked on operation (since, id) where status = 'parked';

      create table placement (
        request_id uuid not null references job,
        attempt integer not null,
        provider text not null,
        state text not null,
        urgent_on date not null,
        claimed_by text,
        operation_id uuid references operation,
        body jsonb not null,
        primary key (request_id, attempt)
      ) with (fillfactor = 80);
      create index placement_open on placement (provider, urgent_on, request_id)
        where state not in ('completed', 'partly-completed', 'refused', 'failed', 'cancelled');

      create table report (
        provider text not null,
        id text not null,
        request_id uuid not null,
        attempt integer not null,
        received_at timestamptz not null default now(),
        not_applied text,
        body jsonb not null,
        primary key (provider, id)
      );
      create index report_of_job on report (request_id, received_at);

      create table provider_link (
        provider text primary key,
        failures integer not null default 0,
        open_until timestamptz,
        away_since timestamptz
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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table finding, provider_link, report, placement, operation, job');
  }
}
