import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How it stands with each provider beyond its calls: whether an operator has paused it, and when it was last heard of. */
export class CreateProviderStatus1790000010003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table provider_status (
        provider text primary key,
        paused_at timestamptz,
        paused_by text,
        heard_at timestamptz
      ) with (fillfactor = 50)
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table provider_status');
  }
}
