import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outbox and parked messages of one service, in its own schema. */
export class CreateMessaging1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox (
        id bigint generated always as identity primary key,
        process integer,
        type text not null,
        time timestamptz not null,
        topic text not null,
        event_ids uuid[] not null,
        keys uuid[] not null,
        bodies text not null,
        pending_groups text[],
        traceparents text[],
        created_at timestamptz not null default now()
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 100000);
      comment on table outbox is 'what one transaction published to one topic, until it has been sent';
      comment on column outbox.bodies is 'JSON of each event, separated by chr(30)';
      comment on column outbox.traceparents is 'the span in which each event was made; null: none of them is traced';
      comment on column outbox.process is 'the process that has the row in memory and sends it; null: none had room';
      comment on column outbox.pending_groups is 'embedded transport: groups that have not handled it yet; null: all of its topic';

      create table parked_message (
        id bigint generated always as identity primary key,
        source_position text not null unique,
        topic text not null,
        headers jsonb not null,
        key text,
        body bytea,
        reason text not null,
        detail text not null,
        attempts integer not null default 0,
        next_retry_at timestamptz,
        parked_at timestamptz not null default now(),
        replayed_at timestamptz
      );
      create index parked_message_open on parked_message (id) where replayed_at is null;
      create index parked_message_due on parked_message (next_retry_at) where replayed_at is null and next_retry_at is not null;

      create function create_week(parent text, first_day date) returns void
        language plpgsql security definer set search_path from current as $$
        begin
          execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
            parent || to_char(first_day, '_YYYYMMDD'), parent, first_day, first_day + 7);
        end $$;
      create function drop_week(week text) returns void
        language plpgsql security definer set search_path from current as $$
        begin
          if week !~ '_\\d{8}$' or not exists (select from pg_inherits where inhrelid = to_regclass(quote_ident(week))) then
            raise exception '% is no week of a table', week;
          end if;
          execute format('drop table %I', week);
        end $$;
      comment on function create_week is 'makes a partition of a weekly table for a service that may not create tables';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function create_week, drop_week; drop table outbox, parked_message');
  }
}
