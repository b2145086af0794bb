import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a landline cannot be texted is called by the hall; what a request tells beyond a day's limit is counted. */
export class ListCalls1790000032000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table notice add column hall text,
        drop constraint notice_state_check,
        add constraint notice_state_check check
          (state in ('pending', 'sending', 'sent', 'failed', 'overtaken', 'to-call', 'called'));
      create index notice_to_call on notice (hall, seq) where state = 'to-call';

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
        count integer not null,
        last_key text not null,
        last_at timestamptz not null,
        primary key (request_id, day)
      ) with (fillfactor = 80);
      create index on withheld (day desc, request_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table withheld, call;
      update notice set state = 'failed' where state in ('to-call', 'called');
      alter table notice drop column hall,
        drop constraint notice_state_check,
        add constraint notice_state_check check (state in ('pending', 'sending', 'sent', 'failed', 'overtaken'));
    `);
  }
}
