import { randomUUID } from 'node:crypto';
import { SnapshotSource, Transaction } from '@lianban/messaging';
import {
  AdapterFixture,
  aDesiredState,
  planProblems,
  GenericPlan,
  nextDesiredState,
  Statements,
} from '@lianban/testing';
import { DataSource } from 'typeorm';
import { ReceiveReport } from './reports/receive-report.js';
import { expireClaims } from './workbench/job-claims.js';

/** At twenty thousand a table is small enough that a planner may like to read it whole, at fifty thousand it should know better. */
const FEW = 20_000;
const MANY = 50_000;
const OFFICER = { role: 'officer', provider: 'zibo-gas', sub: 'officer-li' };

describe('an adapter with fifty thousand jobs', () => {
  let world: AdapterFixture;
  let source: DataSource;
  let statements: Statements;

  beforeAll(async () => {
    world = await AdapterFixture.open({ utility: 'gas', providers: ['jinan-gas', 'zibo-gas'] });
    source = world.app.get(DataSource);
    statements = Statements.of(source);
  });
  afterAll(() => world.close());

  async function carried() {
    const desired = aDesiredState();
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { state: 'completed' });
    return desired;
  }

  /** Copies of one job: most have ended, some are open, some wait for a provider that is away, a few for an operator. */
  async function fill(model: string, count: number): Promise<void> {
    const copy = async (table: string, changed: Record<string, string>, from: string): Promise<void> => {
      const columns = await source.query<{ name: string }[]>(
        `select column_name as name from information_schema.columns
         where table_schema = current_schema() and table_name = $1`,
        [table],
      );
      const names = columns.map(({ name }) => name);
      const values = names.map((name) => changed[name] ?? `m.${name}`);
      await source.query(`insert into ${table} (${names.join()}) select ${values.join()} from ${from} cross join
        (select * from ${table} where request_id = '${model}' limit 1) m`);
    };
    await source.query(
      `drop table if exists copied; create table copied as select gen_random_uuid() as id, n from generate_series(1, ${count}) n`,
    );
    await copy(
      'operation',
      {
        id: 'gen_random_uuid()',
        request_id: 'c.id',
        provider: `case when n % 20 = 0 then 'jinan-gas' else 'zibo-gas' end`,
        status: `case when n % 20 = 0 then 'failing' when n % 100 = 1 then 'parked' when n % 1000 = 2 then 'sending' else m.status end`,
        next_at: `case when n % 20 = 0 then now() + interval '1 day' else m.next_at end`,
        lease_until: `case when n % 1000 = 2 then now() + interval '1 day' end`,
      },
      'copied c',
    );
    await copy(
      'placement',
      {
        request_id: 'o.request_id',
        provider: 'o.provider',
        is_open: `o.request_id < '20000000-0000-0000-0000-000000000000'`,
        urgent_on: `date '2026-01-01' + (('x' || right(o.request_id::text, 4))::bit(16)::int % 300)`,
        operation_id: 'o.id',
      },
      'copied c join operation o on o.request_id = c.id',
    );
    await copy('dossier', { request_id: 'c.id' }, 'copied c');
    await source.query(`insert into report (provider, id, request_id, attempt, received_at, body)
      select 'zibo-gas', gen_random_uuid(), id, 1, now() - random() * interval '20 days', '{}' from copied`);
    await source.query(`insert into claim_event (request_id, attempt, act, officer)
      select id, 1, 'claimed', 'officer-li' from copied`);
    await source.query(
      `update placement set claimed_by = 'officer-li', claimed_until = now() + interval '1 day',
      deferred_until = case when request_id < '01000000-0000-0000-0000-000000000000' then now() + interval '1 day' end`,
    );
    await source.query(`insert into finding (id, request_id, attempt, provider, kind, owner, at, closed_at)
      select gen_random_uuid(), id, 1, 'zibo-gas', 'late', 'operator', now(), now() from copied`);
  }

  it('finds what it needs by its keys and sorts little', async () => {
    const { requestId } = await carried();
    const claim = await GenericPlan.of(source, statements.lockingStatement('operation'));
    await fill(requestId, FEW);
    const allAtOnce = `update operation set next_at = now() where status = 'failing'`;
    expect(await claim.maxRows(`'{jinan-gas,zibo-gas}', '{50,50}', 15000, 5`, allAtOnce)).toBeLessThan(100);
    await claim.release();
    await source.query('analyze');
    statements.clear();
    const desiredStates = await Promise.all(Array.from({ length: 5 }, carried));
    await world.publishDesired(
      ...desiredStates.map((desired) => nextDesiredState(desired, {}, { answers: [] })),
    );
    await world.simulator.setFaults('zibo-gas', { reports: 'never' });
    const open = aDesiredState();
    await world.publishDesired(open);
    await world.untilPublished(open.requestId, { delivered: true });
    const report = { at: new Date().toISOString(), state: 'accepted' } as never;
    await world.app
      .get(ReceiveReport)
      .execute({ id: randomUUID(), provider: 'zibo-gas', requestId: open.requestId, attempt: 1, report });
    const first = await world.call('GET', 'workbench/gas/jobs', OFFICER);
    await world.call('GET', `workbench/gas/jobs?after=${first.body.next as string}`, OFFICER);
    await world.call('GET', 'workbench/gas/jobs?scope=mine', OFFICER);
    await world.call('GET', `workbench/gas/jobs/${open.requestId}`, OFFICER);
    await world.call('POST', `workbench/gas/jobs/${open.requestId}/seen`, OFFICER, { version: 1 });
    for (const path of ['operations/parked', 'findings']) await world.operator('GET', path);
    await expireClaims(source.manager);
    await world.app.get(Transaction).run(async (work) => {
      await world.app.get(SnapshotSource).page(work, randomUUID(), 200);
    });

    const tables = ['dossier', 'placement', 'operation', 'report', 'finding', 'claim_event'];
    for (const table of tables) expect(statements.about(table).length).toBeGreaterThan(0);
    const all = new Map(tables.flatMap((table) => statements.about(table)).map((each) => [each.sql, each]));
    expect(all.size).toBeGreaterThanOrEqual(11);
    expect(await planProblems(source, [...all.values()])).toEqual([]);
    await fill(requestId, MANY - FEW);
    await source.query('analyze');
    expect(await planProblems(source, [...all.values()])).toEqual([]);
  });
});
