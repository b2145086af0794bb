import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When answers are due, and every correction that was heard of. */
export class CloseCorrections1790000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table noted_decision add answers_due date, add corrections uuid[] not null default '{}';
      create index noted_decision_answers_due on noted_decision (answers_due, request_id) where answers_due is not null;
      update noted_decision set
        answers_due = (select min((job->'correction'->>'dueDate')::date) from jsonb_array_elements(jobs) job),
        corrections = array(select (job->'correction'->>'id')::uuid from jsonb_array_elements(jobs) job
          where job->'correction'->>'id' is not null);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table noted_decision drop answers_due, drop corrections');
  }
}
