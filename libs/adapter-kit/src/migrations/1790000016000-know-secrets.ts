import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which secrets of providers have ended, and when they were last used; by fingerprint, never themselves. */
export class KnowSecrets1790000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table provider_secret (
        provider text not null,
        fingerprint text not null,
        last_used_at timestamptz,
        ended_at timestamptz,
        primary key (provider, fingerprint)
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table provider_secret');
  }
}
