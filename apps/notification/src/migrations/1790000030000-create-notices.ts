import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which status of a request was applied, how to reach people, what they are told in which text, and what halls called about. */
export class CreateNotices1790000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table request_state (
        request_id uuid primary key,
        version integer not null,
        receipt_number text not null,
        hall text not null
      ) with (fillfactor = 70);

      create table contact (
        request_id uuid primary key,
        version integer not null,
        phone text not null,
        language text not null
      );

      create table text_message (
        id uuid primary key,
        request_id uuid not null,
        seq bigint generated always as identity,
        created_at timestamptz not null,
        next_attempt_at timestamptz not null,
        settled_at timestamptz,
        attempts integer not null default 0,
        batchable boolean not null,
        state text not null
          check (state in ('pending', 'sending', 'sent', 'failed', 'superseded', 'to-call', 'called')),
        reason text,
        hall text
      ) with (fillfactor = 80);
      comment on column text_message.batchable is 'acceptances may join it until it is tried';
      comment on column text_message.hall is 'whose clerks are to call instead';
      create index text_message_due on text_message (next_attempt_at, seq) where state in ('pending', 'sending');
      create index text_message_open on text_message (request_id, seq) where state in ('pending', 'sending', 'to-call');
      create index text_message_to_call on text_message (hall, seq) where state = 'to-call';

      create table notice (
        request_id uuid not null,
        text_id uuid not null,
        seq bigint generated always as identity,
        created_at timestamptz not null,
        superseded_at timestamptz,
        too_old boolean not null,
        key text not null,
        kind text not null,
        content json not null,
        primary key (request_id, key)
      );

      create table call (
        id bigint generated always as identity primary key,
        request_id uuid not null,
        text_id uuid not null,
        called_at timestamptz not null,
        called_by text not null,
        outcome text not null check (outcome in ('reached', 'no-answer', 'wrong-number'))
      );
      create index on call (request_id, text_id);

      create table withheld (
        request_id uuid not null,
        day date not null,
        last_at timestamptz not null,
        keys text[] not null,
        primary key (request_id, day)
      ) with (fillfactor = 80);
      create index on withheld (day desc, request_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table withheld, call, notice, text_message, contact, request_state');
  }
}
