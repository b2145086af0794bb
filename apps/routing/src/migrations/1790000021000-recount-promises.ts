import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Promises that can be counted anew, and by which version of the catalogue all of them were. */
export class RecountPromises1790000021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index routed_request_running on routed_request (request_id) where ended_at is null;
      create table recounted (
        singleton boolean primary key default true check (singleton),
        catalogue_version text not null
      );
      update routed_request set jobs = (
        select jsonb_agg(jsonb_build_object('promisedDate', job->'clock'->'dueDate', 'promiseMoved', null, 'limitDays', null,
            'closedCorrections', '[]'::jsonb, 'holderDueDateProvisional', false) || job
          || jsonb_build_object('clock', '{"provisional": false, "stops": []}'::jsonb || (job->'clock')) order by n)
        from jsonb_array_elements(jobs) with ordinality as each(job, n))
      where jobs <> '[]';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recounted; drop index routed_request_running');
  }
}
