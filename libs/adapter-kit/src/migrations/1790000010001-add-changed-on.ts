import { addChangedOn } from '@lianban/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Expands: the version before does not write the new column. */
export class AddChangedOn1790000010001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addChangedOn(runner, 'placement');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table nightly_republish; alter table placement drop column changed_on');
  }
}
