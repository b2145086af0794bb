import { createIndex } from '@lianban/service-kit';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What failed is listed by index. */
export class IndexFailedTexts1790000030001 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, 'text_message_failed', `text_message (seq desc) where state = 'failed'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index text_message_failed');
  }
}
