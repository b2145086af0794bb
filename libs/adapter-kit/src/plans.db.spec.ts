import { randomUUID } from 'node:crypto';
import { SnapshotSource, Transaction } from '@lianban/messaging';
import { AdapterWorld, aWish, complaintsAbout, KeptPlan, nextWish, Statements } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { TakeReport } from './reports/take-report.js';
import { freeLapsedClaims } from './workbench/job-claims.js';

/** At twenty thousand a table is small enough that a planner may like to read it whole, at fifty thousand it should know better. */
const FEW = 20_000;
const MANY = 50_000;
const OFFICER = { role: 'officer', provider: 'zibo-gas', sub: 'officer-li' };
const OPERATION = `request_id, 1 as attempt, 1 as seq, m.kind, m.version, m.body, m.doubted, m.since, m.attempts, m.sent_until, m.owner, m.said`;

describe('an adapter with fifty thousand jobs', () => {
  let world: AdapterWorld;
  let source: DataSource;
  let statements: Statements;

  beforeAll(async () => {
    world = await AdapterWorld.open({ utility: 'gas', providers: ['jinan-gas', 'zibo-gas'] });
    source = world.app.get(DataSource);
    statements = Statements.of(source);
  });
  afterAll(() => world.close());

  async function carried() {
    const wish = aWish();
    await world.want(wish);
    await world.becomes(wish.requestId, { state: 'completed' });
    return wish;
  }

  /** Copies of one job: most have ended, some are open, some wait for a provider that is away, a few for an operator. */
  async function fill(model: string, count: number): Promise<void> {
    const from = (table: string) => `(select * from ${table} where request_id = '${model}' limit 1) m`;
    await source.query(`insert into job (request_id, version, delivered, accepted)
      select gen_random_uuid(), m.version, true, true from ${from('job')} cross join generate_series(1, ${count}) n`);
    await source.query(`insert into operation (id, provider, status, next_at, lease_until, request_id, attempt, seq, kind,
        version, body, doubted, since, attempts, sent_until, owner, said)
      select gen_random_uuid(), case when n % 20 = 0 then 'jinan-gas' else 'zibo-gas' end,
        case when n % 20 = 0 then 'failing' when n % 100 = 1 then 'parked' when n % 1000 = 2 then 'sending' else m.status end,
        case when n % 20 = 0 then now() + interval '1 day' else m.next_at end,
        case when n % 1000 = 2 then now() + interval '1 day' end, j.${OPERATION}
      from (select request_id, row_number() over () as n from job
          where not exists (select 1 from operation o where o.request_id = job.request_id)) j cross join
        (select status, next_at, kind, version, body, doubted, since, attempts, sent_until, owner, said
         from ${from('operation').replace(/ m$/, ' o')}) m`);
    await source.query(`insert into placement (request_id, attempt, provider, state, urgent_on, operation_id, body)
      select o.request_id, 1, o.provider, case when o.request_id < '20000000-0000-0000-0000-000000000000' then 'accepted' else m.state end,
        date '2026-01-01' + (('x' || right(o.request_id::text, 4))::bit(16)::int % 300), o.id,
        m.body || jsonb_build_object('requestId', o.request_id)
      from operation o cross join ${from('placement')} where not exists (select 1 from placement p where p.request_id = o.request_id)`);
    await source.query(`insert into report (provider, id, request_id, attempt, received_at, body)
      select 'zibo-gas', gen_random_uuid(), request_id, 1, now() - random() * interval '20 days', '{}' from job`);
    await source.query(`insert into claim_event (request_id, attempt, act, officer)
      select request_id, 1, 'claimed', 'officer-li' from job`);
    await source.query(
      `update placement set claimed_by = 'officer-li', claimed_until = now() + interval '1 day',
      deferred_until = case when request_id < '01000000-0000-0000-0000-000000000000' then now() + interval '1 day' end`,
    );
    await source.query(`insert into finding (id, request_id, attempt, provider, kind, owner, at, closed_at)
      select gen_random_uuid(), request_id, 1, 'zibo-gas', 'late', 'operator', now(), now() from job`);
  }

  it('finds what it needs by its keys and sorts little', async () => {
    const { requestId } = await carried();
    const claim = await KeptPlan.of(source, statements.claiming('operation'));
    await fill(requestId, FEW);
    const allAtOnce = `update operation set next_at = now() where status = 'failing'`;
    expect(await claim.mostRows(`'{jinan-gas,zibo-gas}', '{50,50}', 15000, 5`, allAtOnce)).toBeLessThan(100);
    await claim.release();
    await source.query('analyze');
    statements.forget();
    const wishes = await Promise.all(Array.from({ length: 5 }, carried));
    await world.want(...wishes.map((wish) => nextWish(wish, {}, { answers: [] })));
    await world.simulator.order('zibo-gas', { reports: 'never' });
    const open = aWish();
    await world.want(open);
    await world.becomes(open.requestId, { delivered: true });
    const report = { at: new Date().toISOString(), state: 'accepted' } as never;
    await world.app
      .get(TakeReport)
      .execute({ id: randomUUID(), provider: 'zibo-gas', requestId: open.requestId, attempt: 1, report });
    const first = await world.call('GET', 'workbench/gas/jobs', OFFICER);
    await world.call('GET', `workbench/gas/jobs?after=${first.body.next as string}`, OFFICER);
    await world.call('GET', `workbench/gas/jobs/${open.requestId}`, OFFICER);
    for (const path of ['operations/parked', 'findings']) await world.operator('GET', path);
    await freeLapsedClaims(source.manager);
    await world.app.get(Transaction).run(async (work) => {
      await world.app.get(SnapshotSource).page(work, randomUUID(), 200);
    });

    const tables = ['job', 'placement', 'operation', 'report', 'finding', 'claim_event'];
    for (const table of tables) expect(statements.about(table).length).toBeGreaterThan(0);
    const all = new Map(tables.flatMap((table) => statements.about(table)).map((each) => [each.sql, each]));
    expect(all.size).toBeGreaterThanOrEqual(11);
    expect(await complaintsAbout(source, [...all.values()])).toEqual([]);
    await fill(requestId, MANY - FEW);
    await source.query('analyze');
    expect(await complaintsAbout(source, [...all.values()])).toEqual([]);
  });
});
