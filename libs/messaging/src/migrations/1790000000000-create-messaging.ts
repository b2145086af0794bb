import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outbox, inbox, cursors and parked messages of one service, in its own schema. */
export class CreateMessaging1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outbox (
        id bigint generated always as identity,
        xid xid8 not null default pg_current_xact_id(),
        event_id uuid not null,
        type text not null,
        time timestamptz not null,
        key uuid not null,
        topic text not null,
        shard smallint not null,
        body text not null,
        term smallint not null,
        created_at timestamptz not null default now()
      ) partition by range (term, created_at);
      create index outbox_of_service on outbox (xid, id);
      create index outbox_of_shard on outbox (topic, shard, xid, id);

      create table inbox (
        event_id uuid not null,
        time timestamptz not null,
        primary key (event_id, time)
      ) partition by range (time);

      create table cursor (
        topic text not null,
        shard smallint not null,
        xid xid8 not null default '0',
        id bigint not null default 0,
        seen_at timestamptz not null default '-infinity',
        failures integer not null default 0,
        not_before timestamptz,
        epoch text not null,
        primary key (topic, shard)
      ) with (fillfactor = 50);

      create table parked_message (
        id bigint generated always as identity primary key,
        origin text not null unique,
        topic text not null,
        shard smallint not null,
        headers jsonb not null,
        key text,
        body bytea,
        reason text not null,
        detail text not null,
        parked_at timestamptz not null default now(),
        replayed_at timestamptz
      );
      create index parked_message_open on parked_message (id) where replayed_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table outbox, inbox, cursor, parked_message');
  }
}
