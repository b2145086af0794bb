import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The newest status of every request, in two generations of which a rebuild fills the idle one; wrong query codes. */
export class CreateRequestView1790000030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table projection (
        generation smallint not null,
        next_generation smallint,
        rebuild_since timestamptz,
        verified_up_to uuid,
        only_row boolean primary key default true check (only_row)
      );
      insert into projection (generation) values (0);

      create table request_view (
        request_id uuid not null,
        registered_at timestamptz(3) not null,
        version integer not null,
        next_deadline date not null,
        generation smallint not null,
        ended boolean not null,
        receipt_number text collate "C" not null,
        hall text not null,
        code_hash text not null,
        body text not null,
        primary key (generation, request_id)
      ) partition by list (generation);
      create table request_view_0 partition of request_view for values in (0) with (fillfactor = 60);
      create table request_view_1 partition of request_view for values in (1) with (fillfactor = 60);
      create index on request_view (receipt_number);
      create index on request_view (hall, registered_at desc, request_id desc);
      create index on request_view (hall, registered_at desc, request_id desc) where not ended;
      create index on request_view (hall, next_deadline, request_id);
      create index on request_view (hall, receipt_number);

      create table failed_query_code (
        key text primary key,
        failures integer not null,
        last_at timestamptz not null,
        tried_at timestamptz not null
      ) with (fillfactor = 80);
      create index on failed_query_code (last_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table failed_query_code, request_view, projection');
  }
}
