import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RenameRegistration1790000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table registration rename to idempotency_record');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table idempotency_record rename to registration');
  }
}
