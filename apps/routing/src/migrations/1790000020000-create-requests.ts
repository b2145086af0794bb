import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What routing follows, and the dossiers it makes wishes of. */
export class CreateRequests1790000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dossier (
        request_id uuid primary key,
        version integer not null,
        body jsonb not null
      );
      create table routed_request (
        request_id uuid primary key,
        version integer not null default 0,
        jobs jsonb not null default '[]',
        ended_at timestamptz,
        next_look date
      ) with (fillfactor = 70);
      create index routed_request_due on routed_request (next_look, request_id) where next_look is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table routed_request, dossier');
  }
}
