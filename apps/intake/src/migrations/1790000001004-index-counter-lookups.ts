import { createIndex } from '@lianban/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a counter looks for: a document's number, an address, a phone's tail, a name. */
const INDEXES = {
  service_request_document: `((dossier->'applicant'->>'documentNumber'), registered_at desc)`,
  service_request_address: `((dossier->'address'->>'district'), (dossier->'address'->>'text'), registered_at desc)`,
  service_request_phone: `(hall, right(dossier->'applicant'->>'phone', 4), registered_at desc)`,
  service_request_name: `(hall, (dossier->'applicant'->>'name') collate "C", registered_at desc)`,
};

export class IndexCounterLookups1790000001004 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(INDEXES))
      await createIndex(runner, name, `service_request ${columns}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ${Object.keys(INDEXES).join()}`);
  }
}
