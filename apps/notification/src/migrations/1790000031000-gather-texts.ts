import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Several notices may leave in one text, which has the id of the first of them. */
export class GatherTexts1790000031000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table notice add column text_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table notice drop column text_id');
  }
}
