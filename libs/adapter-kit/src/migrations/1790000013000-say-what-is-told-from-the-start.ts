import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a provider is told stands in an operation from the start, not only from its first sending on. */
export class SayWhatIsToldFromTheStart1790000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update operation o set version = (p.body->'wanted'->>'version')::int,
        body = jsonb_strip_nulls(jsonb_build_object('operation', o.id, 'kind', o.kind,
          'placement', concat_ws(':', o.request_id, p.body->'wanted'->>'utility', o.attempt), 'requestId', o.request_id,
          'utility', p.body->'wanted'->'utility', 'provider', o.provider, 'attempt', o.attempt,
          'version', p.body->'wanted'->'version', 'promisedDate', p.body->'wanted'->'promisedDate',
          'reason', case when o.kind = 'withdraw' then coalesce(p.body->'wanted'->>'withdrawnFor', 'rerouted') end))
          || jsonb_build_object('dossier', p.body->'wanted'->'dossier')
      from placement p where p.request_id = o.request_id and p.attempt = o.attempt and o.body is null;
      alter table operation alter column body set not null, alter column version set not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table operation alter column body drop not null, alter column version drop not null',
    );
  }
}
