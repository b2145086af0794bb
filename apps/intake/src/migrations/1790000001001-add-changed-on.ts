import { addChangedOn } from '@lianban/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Expands: the version before does not write the new column. */
export class AddChangedOn1790000001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addChangedOn(runner, 'service_request', 'id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table nightly_republish; alter table service_request drop column changed_on');
  }
}
