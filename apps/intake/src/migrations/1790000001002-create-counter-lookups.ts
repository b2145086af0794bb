import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a counter looks for, and who had an identity number shown to her. */
export class CreateCounterLookups1790000001002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index service_request_document on service_request ((dossier->'applicant'->>'documentNumber'), registered_at desc);
      create index service_request_address on service_request
        ((dossier->'address'->>'district'), (dossier->'address'->>'text'), registered_at desc);
      create index service_request_phone on service_request
        (hall, right(dossier->'applicant'->>'phone', 4), registered_at desc);
      create index service_request_name on service_request
        (hall, (dossier->'applicant'->>'name') collate "C", registered_at desc);

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
    await runner.query(`
      drop table disclosure;
      drop index service_request_document, service_request_address, service_request_phone, service_request_name`);
  }
}
