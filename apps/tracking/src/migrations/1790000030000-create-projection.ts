import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Snapshots of every source, what the queries need of them, twice: a rebuild fills the half that nobody reads. */
export class CreateProjection1790000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create sequence revision;

      create table projection (
        current smallint not null,
        shadow smallint,
        shadow_since timestamptz,
        covered_up_to uuid,
        only_row boolean primary key default true check (only_row)
      );
      insert into projection (current) values (0);

      create table snapshot (
        half smallint not null,
        request_id uuid not null,
        source text not null,
        attempt integer not null,
        version integer not null,
        body jsonb not null,
        primary key (half, request_id, source)
      ) partition by list (half);
      create table snapshot_0 partition of snapshot for values in (0) with (fillfactor = 80);
      create table snapshot_1 partition of snapshot for values in (1) with (fillfactor = 80);

      create table tracked_request (
        half smallint not null,
        request_id uuid not null,
        revision bigint not null default 0,
        receipt text collate "C",
        hall text,
        code_hash text,
        registered_at timestamptz(3),
        next_due_date date not null default 'infinity',
        ended boolean not null default false,
        primary key (half, request_id)
      ) partition by list (half);
      create table tracked_request_0 partition of tracked_request for values in (0) with (fillfactor = 80);
      create table tracked_request_1 partition of tracked_request for values in (1) with (fillfactor = 80);
      create index on tracked_request (receipt);
      create index on tracked_request (hall, registered_at desc, request_id desc);
      create index on tracked_request (hall, registered_at desc, request_id desc) where not ended;
      create index on tracked_request (hall, next_due_date, request_id);
      create index on tracked_request (hall, receipt);

      create table wrong_guess (
        subject text primary key,
        at timestamptz[] not null,
        forget_at timestamptz not null
      );
      create index on wrong_guess (forget_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table wrong_guess, tracked_request, snapshot, projection; drop sequence revision',
    );
  }
}
