import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What goes wrong again and again is one open finding of its placement, not a flood. */
export class OpenAFindingOnce1790000014000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update finding f set closed_at = now() where closed_at is null and exists (select from finding e
        where (e.request_id, e.attempt, e.kind) = (f.request_id, f.attempt, f.kind)
          and e.closed_at is null and (e.at, e.id) < (f.at, f.id));
      create unique index finding_open_once on finding (request_id, attempt, kind) where closed_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index finding_open_once');
  }
}
