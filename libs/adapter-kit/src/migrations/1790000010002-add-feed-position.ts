import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where an operation stands in the feed of a provider that pulls. */
export class AddFeedPosition1790000010002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create sequence feed_position;
      alter table operation add column feed_position bigint;
      create index operation_in_feed on operation (provider, feed_position) where feed_position is not null;
      create index operation_given on operation (provider, feed_position)
        where status = 'sending' and feed_position is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table operation drop column feed_position; drop sequence feed_position');
  }
}
