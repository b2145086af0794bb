import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A job, its placements and operations are stored by one statement: what it checked row by row cannot be otherwise. */
export class StoreAJobAtOnce1790000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table placement drop constraint placement_request_id_fkey,
      drop constraint placement_operation_id_fkey`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table placement add foreign key (request_id) references job,
      add foreign key (operation_id) references operation`);
  }
}
