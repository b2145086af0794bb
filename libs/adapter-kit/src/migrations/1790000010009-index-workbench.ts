import { createIndex } from '@lianban/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An officer's own claims and receipt numbers are found by index. */
export class IndexWorkbench1790000010009 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(
      runner,
      'placement_in_hand',
      'placement (provider, claimed_by, urgent_on, request_id) where claimed_by is not null and is_open',
    );
    await createIndex(runner, 'dossier_by_receipt', "dossier ((body->>'receiptNumber'))");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index dossier_by_receipt, placement_in_hand');
  }
}
