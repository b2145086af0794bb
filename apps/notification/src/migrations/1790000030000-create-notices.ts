import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What notification knows of requests, how to reach people, and what they are told. */
export class CreateNotices1790000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table known_request (
        request_id uuid primary key,
        request jsonb,
        jobs jsonb not null default '{}',
        decision jsonb
      ) with (fillfactor = 70);

      create table contact (
        request_id uuid primary key,
        version integer not null,
        phone text not null,
        language text not null
      );

      create table notice (
        id uuid primary key,
        seq bigint generated always as identity,
        request_id uuid not null,
        key text not null,
        news jsonb not null,
        state text not null default 'pending'
          check (state in ('pending', 'sending', 'sent', 'failed', 'overtaken')),
        overtaken boolean not null default false,
        attempts integer not null default 0,
        reason text,
        created_at timestamptz not null,
        wanted_at timestamptz not null,
        next_attempt_at timestamptz not null,
        settled_at timestamptz,
        unique (request_id, key)
      ) with (fillfactor = 80);
      create index notice_due on notice (next_attempt_at, seq) where state in ('pending', 'sending');
      create index notice_open on notice (request_id, seq) where state in ('pending', 'sending');
      create index notice_failed on notice (seq) where state = 'failed';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table notice, contact, known_request');
  }
}
