import { randomUUID } from 'node:crypto';
import type { ListedJob, ListedJobs, UtilityDriver } from '@lianban/adapter-kit';
import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  eventually,
  nextDesiredState,
  inHouseDialects,
} from '@lianban/testing';

const PROVIDER = 'jinan-gas';
const PAGE_SIZE = 40;

/** A provider that takes everything, reports nothing, and has a list of what it has. */
class Archive implements UtilityDriver {
  readonly retrySafety = 'status-query';
  jobs: ListedJob[] = [];
  /** It gives this page of its list not now. */
  missingPage?: string | null;
  readonly asked: (string | null)[] = [];
  since?: Date;

  place = async () => ({ reference: 'A-1' });
  correct = async () => ({});
  withdraw = async () => ({});

  async list(since: Date, cursor: string | null): Promise<ListedJobs> {
    this.since = since;
    this.asked.push(cursor);
    if (this.missingPage === cursor) throw new Error('the archive is closed');
    const from = Number(cursor ?? 0);
    const to = from + PAGE_SIZE;
    return { jobs: this.jobs.slice(from, to), cursor: to < this.jobs.length ? String(to) : null };
  }
}

interface Compared {
  finishedAt: string | null;
  listed: number;
  repaired: number;
  different: number;
  error: string | null;
}

describe('a provider that has a list of its jobs', () => {
  const archive = new Archive();
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: [PROVIDER, 'zibo-gas'],
      dialects: { archive: () => archive },
      change: (row) =>
        row.id === PROVIDER ? { ...row, dialect: 'archive' } : { ...inHouseDialects(row), dialect: 'feed' },
    });
  });
  afterAll(() => fixture.close());
  beforeEach(async () => {
    archive.jobs = [];
    archive.missingPage = undefined;
    archive.asked.length = 0;
    await fixture.query('delete from finding');
    await fixture.query('delete from placement');
  });

  const listed = (job: JobDesired, changes: Partial<ListedJob> = {}): ListedJob => ({
    placement: fixture.nameOf(job.requestId),
    reference: 'A-1',
    observations: [{ state: 'accepted' }],
    ...changes,
  });
  const lastRun = async (): Promise<Compared | null> => {
    const { body } = await fixture.operator('GET', 'providers');
    const all = body.providers as { provider: string; reconciliation: Compared | null }[];
    return all.find(({ provider }) => provider === PROVIDER)!.reconciliation;
  };
  const reconcile = async (): Promise<Compared> => {
    expect((await fixture.operator('POST', `providers/${PROVIDER}/reconcile`)).status).toBe(202);
    return eventually(async () => {
      const run = await lastRun();
      expect(run?.finishedAt).not.toBeNull();
      return run!;
    });
  };
  const findings = async (): Promise<string[]> => {
    const { body } = await fixture.operator('GET', 'findings');
    return (body.findings as { kind: string; requestId: string }[]).map(
      ({ kind, requestId }) => `${kind} ${requestId}`,
    );
  };
  const placed = async (): Promise<JobDesired> => {
    const job = aDesiredState({ provider: PROVIDER });
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, { delivered: true });
    return job;
  };
  const placedIn = async (state: 'accepted' | 'completed'): Promise<JobDesired> => {
    const job = await placed();
    archive.jobs = [listed(job, { observations: [{ state }] })];
    await reconcile();
    await fixture.untilPublished(job.requestId, { state });
    return job;
  };

  it('has a report that was lost applied, once', async () => {
    const job = await placed();
    archive.jobs = [listed(job, { observations: [{ stage: 'SURVEY' }, { state: 'in-progress' }] })];
    expect(await reconcile()).toMatchObject({ listed: 1, repaired: 1, different: 0 });
    const { stages } = await fixture.untilPublished(job.requestId, { state: 'in-progress' });
    expect(stages.map(({ stage }) => stage)).toEqual(['SURVEY']);
    expect(await reconcile()).toMatchObject({ listed: 1, repaired: 0, different: 0 });
    expect(archive.since!.getTime()).toBeLessThan(Date.now() - 86_400_000);
  });

  it('does not know one of our open jobs, which is a finding until it does', async () => {
    const job = await placedIn('accepted');
    archive.jobs = [];
    expect(await reconcile()).toMatchObject({ listed: 0, different: 1 });
    expect(await findings()).toEqual([`unknown-to-provider ${job.requestId}`]);
    expect(await reconcile()).toMatchObject({ different: 1 });
    archive.jobs = [listed(job)];
    expect(await reconcile()).toMatchObject({ different: 0 });
    expect(await findings()).toEqual([]);
  });

  it('need not list what has ended, nor what is placed while it lists', async () => {
    await placedIn('completed');
    archive.jobs = [];
    archive.list = async () => {
      delete (archive as Partial<Archive>).list;
      await placed();
      return { jobs: [], cursor: null };
    };
    await reconcile();
    expect(await findings()).toEqual([]);
  });

  it('has a job that we do not know, or that is another provider’s', async () => {
    const elsewhere = aDesiredState({ provider: 'zibo-gas' });
    await fixture.publishDesired(elsewhere);
    await fixture.untilPublished(elsewhere.requestId, { delivered: true });
    const lost = aDesiredState();
    archive.jobs = [listed(lost), listed(elsewhere), listed(lost, { placement: 'of somebody else' })];
    expect(await reconcile()).toMatchObject({ different: 2 });
    expect((await findings()).toSorted()).toEqual(
      [`unknown-to-us ${lost.requestId}`, `unknown-to-us ${elsewhere.requestId}`].toSorted(),
    );
  });

  it('goes on with a job that has ended for us, and the applicant is told nothing else', async () => {
    const job = await placedIn('completed');
    archive.jobs = [listed(job, { observations: [{ state: 'in-progress' }] })];
    await fixture.query(`update placement set since = now() - interval '1 hour'`);
    await fixture.query(`update operation set since = now() - interval '1 hour'`);
    await reconcile();
    expect(await findings()).toEqual([`state-differs ${job.requestId}`]);
    await fixture.untilPublished(job.requestId, { state: 'completed' });
  });

  it('works by an older dossier than it has taken', async () => {
    const job = await placedIn('accepted');
    await fixture.publishDesired(
      nextDesiredState(job, {}, { fields: { usage: 'residential', appliances: 3 } }),
    );
    await fixture.untilPublished(job.requestId, { operation: { kind: 'correct', delivery: 'delivered' } });
    archive.jobs = [listed(job, { version: 2 })];
    await reconcile();
    expect(await findings()).toEqual([]);
    archive.jobs = [listed(job, { version: 1 })];
    await reconcile();
    expect(await findings()).toEqual([`dossier-differs ${job.requestId}`]);
  });

  it('has one job under two numbers', async () => {
    const job = await placedIn('accepted');
    archive.jobs = [listed(job), listed(job, { reference: 'A-2' })];
    await reconcile();
    await reconcile();
    expect(await findings()).toEqual([`second-reference ${job.requestId}`]);
  });

  it('is told by nobody what it is being told just now', async () => {
    const job = await placedIn('accepted');
    let answer!: (taken: object) => void;
    archive.correct = () => new Promise((done) => (answer = done));
    await fixture.publishDesired(
      nextDesiredState(job, {}, { fields: { usage: 'residential', appliances: 3 } }),
    );
    await eventually(async () =>
      expect(
        await fixture.query(`select from operation where request_id = $1 and status = 'sending'`, [
          job.requestId,
        ]),
      ).toHaveLength(1),
    );
    archive.jobs = [listed(job, { version: 0, observations: [{ state: 'placed' as never }] })];
    expect(await reconcile()).toMatchObject({ different: 0 });
    archive.correct = async () => ({});
    answer({});
  });

  it('is asked page by page, and again from where it failed', async () => {
    const jobs = Array.from({ length: 100 }, () => aDesiredState({ provider: PROVIDER }));
    await fixture.publishDesired(...jobs);
    for (const { requestId } of jobs) await fixture.untilPublished(requestId, { delivered: true });
    archive.jobs = jobs.map((job) => listed(job));
    archive.missingPage = '80';
    await fixture.operator('POST', `providers/${PROVIDER}/reconcile`);
    await eventually(async () =>
      expect(await lastRun()).toMatchObject({ listed: 80, finishedAt: null, error: 'the archive is closed' }),
    );
    archive.missingPage = undefined;
    expect(await reconcile()).toMatchObject({ listed: 100, repaired: 100, different: 0, error: null });
    expect(archive.asked).toEqual([null, '40', '80', '80']);
  });

  it('is not asked while it is paused, and none that has no list is', async () => {
    await fixture.operator('POST', `providers/${PROVIDER}/pause`);
    await fixture.operator('POST', `providers/${PROVIDER}/reconcile`);
    expect(archive.asked).toEqual([]);
    await fixture.operator('POST', `providers/${PROVIDER}/resume`);
    await reconcile();
    expect(archive.asked).toEqual([null]);
    const answers = [
      await fixture.operator('POST', 'providers/jinan-water/reconcile'),
      await fixture.operator('POST', `providers/${randomUUID()}/reconcile`),
      await fixture.call('POST', `ops/adapter-gas/providers/${PROVIDER}/reconcile`, {
        role: 'clerk',
        hall: 'lixia',
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 403]);
  });

  describe('that hands it in', () => {
    const HANDING = 'zibo-gas';

    it('is said to have none to ask for, and is not asked', async () => {
      const { body } = await fixture.operator('GET', 'providers');
      const said = (body.providers as { provider: string; hasList: boolean }[]).map(
        ({ provider, hasList }) => [provider, hasList],
      );
      expect(Object.fromEntries(said)).toMatchObject({ [PROVIDER]: true, [HANDING]: false });
      const answer = await fixture.operator('POST', `providers/${HANDING}/reconcile`);
      expect(answer.status).toBe(404);
    });

    const aPage = (jobs: object[], changes: object = {}): object => ({
      ...{ list: randomUUID(), readAt: new Date().toISOString(), jobs, isLast: true },
      ...changes,
    });
    const handIn = (page: object, options: object = {}) =>
      fixture.post(HANDING, page, { to: 'lists', ...options });
    const accepted = async (): Promise<JobDesired> => {
      const job = aDesiredState({ provider: HANDING });
      await fixture.simulator.setFaults(HANDING, { outcome: 'accept' });
      await fixture.publishDesired(job);
      await fixture.untilPublished(job.requestId, { state: 'accepted', delivered: true });
      return job;
    };
    const entry = (job: JobDesired, state: string): object => ({
      placement: fixture.nameOf(job.requestId),
      at: new Date().toISOString(),
      state,
    });

    it('is compared when the last page is there', async () => {
      const [first, second, missing] = [await accepted(), await accepted(), await accepted()];
      const list = randomUUID();
      const page = aPage([entry(first, 'in-progress')], { list, isLast: false });
      expect(await handIn(page)).toEqual({ status: 202 });
      expect(await handIn(page)).toEqual({ status: 202 });
      await fixture.untilPublished(first.requestId, { state: 'in-progress' });
      expect(await findings()).toEqual([]);
      expect(await handIn(aPage([entry(second, 'accepted')], { list }))).toEqual({ status: 202 });
      expect(await findings()).toEqual([`unknown-to-provider ${missing.requestId}`]);
    });

    it('is refused what is not signed, cannot be read, or comes from one that is asked', async () => {
      expect(await handIn(aPage([]), { secret: 'whsec_AAAA' })).toMatchObject({ code: 'bad-signature' });
      const wrong = aPage([{ placement: 'mine', at: 'today' }], { list: '' });
      expect(await handIn(wrong)).toMatchObject({ status: 422, code: 'invalid-form' });
      expect(await fixture.post(PROVIDER, aPage([]), { to: 'lists' })).toMatchObject({ status: 404 });
    });
  });
});
