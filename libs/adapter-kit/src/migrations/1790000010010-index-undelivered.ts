import { createIndex } from '@lianban/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A provider's operations that went wrong are found by index; one that goes well is never in it. */
export class IndexUndelivered1790000010010 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(
      runner,
      'operation_undelivered',
      "operation (provider, since, id) where status in ('failing', 'unknown', 'parked')",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index operation_undelivered');
  }
}
