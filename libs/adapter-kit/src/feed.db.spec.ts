import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  eventually,
  inHouseDialects,
  nextDesiredState,
  SimulatorProcess,
} from '@lianban/testing';

const PROVIDER = 'jinan-gas';
const SECRET = SimulatorProcess.secretOf(PROVIDER);
const OLD = SimulatorProcess.secretOf('the secret before');

interface FeedEvent {
  id: string;
  type: string;
  subject: string;
  position: string;
  data: { operation: string; placement: string; reason?: string; callback: string };
}

interface Pulled {
  status: number;
  events: FeedEvent[];
  code?: string;
  contentType: string | null;
}

describe('a provider that pulls', () => {
  let fixture: AdapterFixture;
  beforeAll(async () => {
    fixture = await AdapterFixture.open({
      utility: 'gas',
      simulatorPulls: false,
      change: (row) =>
        row.id === PROVIDER
          ? { ...inHouseDialects(row), dialect: 'feed', retrySafety: 'idempotency-key' }
          : inHouseDialects(row),
      env: {
        PROVIDER_SECRETS: JSON.stringify({
          [PROVIDER]: [SECRET, OLD],
          'zibo-gas': SimulatorProcess.secretOf('zibo-gas'),
        }),
      },
    });
  });
  afterAll(() => fixture.close());

  async function pull(query: object = {}, secret = SECRET, provider = PROVIDER): Promise<Pulled> {
    const search = new URLSearchParams(query as Record<string, string>).toString();
    const answer = await fetch(`${fixture.address}/v1/providers/${provider}/feed?${search}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    const body = (await answer.json()) as FeedEvent[] & { code?: string };
    const { status } = answer;
    const contentType = answer.headers.get('content-type');
    return { status, contentType, events: status === 200 ? body : [], ...(body.code && { code: body.code }) };
  }

  /** Says that it has everything that it was given so far. Answers the position of the last. */
  async function acknowledgeAll(): Promise<string> {
    for (;;) {
      const { events } = await pull({ limit: '500' });
      if (events.length === 0) break;
      await pull({ after: events.at(-1)!.position });
    }
    const [row] = await fixture.query<{ position: string }>(
      'select coalesce(max(feed_position), 0)::text as position from operation',
    );
    return row!.position;
  }

  async function published(): Promise<JobDesired> {
    const job = aDesiredState({ provider: PROVIDER });
    await fixture.publishDesired(job);
    await eventually(async () =>
      expect(
        await fixture.query('select 1 from operation where request_id = $1', [job.requestId]),
      ).toHaveLength(1),
    );
    return job;
  }

  const about = ({ requestId }: JobDesired, { events }: Pulled): FeedEvent[] =>
    events.filter(({ subject }) => subject === requestId);

  beforeEach(acknowledgeAll);

  it('has what it is to be told once it says so, and not before', async () => {
    const job = await published();
    const first = await pull();
    expect(first.contentType).toMatch('application/cloudevents-batch+json');
    expect(first.events).toMatchObject([
      {
        specversion: '1.0',
        source: '/lianban/adapter-gas',
        type: 'cn.lianban.operation.place.v1',
        subject: job.requestId,
        data: {
          placement: fixture.nameOf(job.requestId),
          dossier: job.dossier,
          callback: `${fixture.address}/v1/providers/${PROVIDER}/reports`,
        },
      },
    ]);
    expect(first.events[0]!.id).toBe(first.events[0]!.data.operation);
    expect((await pull()).events).toEqual(first.events);
    expect(await fixture.published(job.requestId)).toEqual([]);
    expect((await pull({ after: first.events[0]!.position })).events).toEqual([]);
    await fixture.untilPublished(job.requestId, { delivered: true });
    await fixture.post(PROVIDER, {
      ...{ placement: fixture.nameOf(job.requestId), reference: 'G-1', sequence: 1 },
      ...{ at: new Date().toISOString(), state: 'completed' },
    });
    await fixture.untilPublished(job.requestId, { state: 'completed', reference: 'G-1' });
  });

  it('waits for what is not there yet', async () => {
    const after = await acknowledgeAll();
    const waiting = pull({ after, wait: '30' });
    const job = await published();
    expect(about(job, await waiting)).toHaveLength(1);
  });

  it('goes on where it was, page by page, and gets again what it had, when it asks for it', async () => {
    const start = await acknowledgeAll();
    const jobs = [await published(), await published(), await published()];
    const one = await pull({ after: start, limit: '2' });
    const other = await pull({ after: one.events[1]!.position, limit: '2' });
    const ids = [...one.events, ...other.events].map(({ subject }) => subject);
    expect(ids).toEqual(jobs.map(({ requestId }) => requestId));
    const delivered = await Promise.all(jobs.map(({ requestId }) => fixture.published(requestId)));
    expect(delivered.map(({ length }) => length)).toEqual([1, 1, 0]);
    const again = await pull({ after: start });
    expect(again.events).toEqual([...one.events, ...other.events]);
    const after = await Promise.all(jobs.map(({ requestId }) => fixture.published(requestId)));
    expect(after).toEqual(delivered);
  });

  it('never hears of a job that was withdrawn before it came for it', async () => {
    const job = await published();
    await fixture.publishDesired(nextDesiredState(job, { cancelReason: 'withdrawn-by-applicant' }));
    await fixture.untilPublished(job.requestId, { state: 'cancelled', withdrawal: 'agreed' });
    expect(about(job, await pull())).toEqual([]);
  });

  it('is told to let a job go once it is known to have it', async () => {
    const job = await published();
    const [placed] = about(job, await pull());
    await fixture.publishDesired(nextDesiredState(job, { cancelReason: 'withdrawn-by-applicant' }));
    const [withdrawn] = about(job, await pull({ after: placed!.position, wait: '30' }));
    expect(withdrawn).toMatchObject({
      type: 'cn.lianban.operation.withdraw.v1',
      data: { placement: placed!.data.placement, reason: 'withdrawn-by-applicant' },
    });
  });

  it('is given again, as the same, what it said nothing of for a day', async () => {
    const job = await published();
    const [given] = about(job, await pull());
    await fixture.query(`update operation set lease_until = now() - interval '1 second' where id = $1`, [
      given!.id,
    ]);
    await eventually(async () => {
      const [operation] = await fixture.query('select status from operation where id = $1', [given!.id]);
      expect(operation).toEqual({ status: 'unknown' });
    });
    const [again] = about(job, await pull());
    expect(again).toEqual({ ...given, position: expect.any(String) });
    await pull({ after: again!.position });
    await fixture.untilPublished(job.requestId, { delivered: true });
  });

  it('is given nothing for a position that it was never given, and nothing counts as taken by that', async () => {
    const job = await published();
    const [given] = about(job, await pull());
    const wrong = String(Number(given!.position) + 1_000);
    expect(await pull({ after: wrong })).toMatchObject({ status: 409, code: 'unknown-position' });
    expect(about(job, await pull())).toEqual([given]);
  });

  it('is known by either of its secrets, and by nothing else', async () => {
    expect((await pull({}, OLD)).status).toBe(200);
    for (const secret of ['', 'guess', SimulatorProcess.secretOf('zibo-gas')])
      expect(await pull({}, secret)).toMatchObject({ status: 401, code: 'bad-secret' });
    for (const other of ['zibo-gas', 'jinan-water', 'nobody'])
      expect((await pull({}, SimulatorProcess.secretOf(other), other)).status).toBe(404);
  });

  it.each([
    { after: '-1' },
    { after: 'G-1' },
    { limit: '0' },
    { limit: '501' },
    { wait: '31' },
    { from: '1' },
  ])('is told that %j is no question', async (query) => {
    expect(await pull(query)).toMatchObject({ status: 422, code: 'invalid-form' });
  });
});
