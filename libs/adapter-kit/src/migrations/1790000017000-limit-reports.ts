import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports beyond the limit wait for the end of their hour; which came before is asked by their ids, however many there are. */
export class LimitReports1790000017000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table placement add deferred_until timestamptz;
      create index placement_deferred on placement (deferred_until) where deferred_until is not null;
      create index report_by_id on report (request_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index report_by_id; alter table placement drop deferred_until');
  }
}
