import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who had an identity number shown to her. */
export class CreateCounterLookups1790000001002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table disclosure (
        id bigint generated always as identity primary key,
        request_id uuid not null,
        disclosed_at timestamptz not null,
        disclosed_to text not null,
        reason text not null
      );
      create index disclosure_request on disclosure (request_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table disclosure');
  }
}
