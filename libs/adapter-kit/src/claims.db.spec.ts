import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, eventually, type Answer } from '@lianban/testing';

const LI = { role: 'officer', provider: 'zibo-heat', sub: 'officer-li' };
const WANG = { ...LI, sub: 'officer-wang' };
const LEAD = { ...LI, role: 'lead-officer', sub: 'lead-sun' };
const STRANGER = { ...LEAD, provider: 'jinan-heat', sub: 'lead-zhao' };

describe('a claim', () => {
  let world: AdapterFixture;
  beforeAll(async () => {
    const env = { CLAIM_EXPIRY_SECONDS: '3600' };
    world = await AdapterFixture.open({ utility: 'heat', providers: ['jinan-heat'], env });
  });
  afterAll(() => world.close());

  const act = (
    officer: object,
    { requestId }: JobDesired,
    what: string,
    body: object = {},
  ): Promise<Answer> =>
    world.call('POST', `workbench/heat/jobs/${requestId}/${what}`, officer as never, body);
  const done = { status: 204, body: {} };

  async function claimed(): Promise<JobDesired> {
    const desired = aDesiredState({ utility: 'heat', provider: 'zibo-heat' }, { matter: 'HEAT_NEW' });
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    expect(await act(LI, desired, 'claim')).toEqual(done);
    return desired;
  }

  const traceOf = async ({ requestId }: JobDesired): Promise<object[]> => {
    const { body } = await world.call('GET', `workbench/heat/jobs/${requestId}`, LI);
    return body.claims as object[];
  };

  const overdue = ({ requestId }: JobDesired) =>
    world.query(
      `update placement set claimed_until = now() - interval '1 second' where request_id = $1 returning claimed_until`,
      [requestId],
    );

  it('of an officer on leave is released by a lead officer, which leaves a trace', async () => {
    const desired = await claimed();
    expect(await act(LEAD, desired, 'release')).toEqual(done);
    expect(await act(WANG, desired, 'claim')).toEqual(done);
    expect(await traceOf(desired)).toMatchObject([
      { act: 'claimed', officer: LI.sub, by: LI.sub, at: expect.any(String) },
      { act: 'released', officer: LI.sub, by: LEAD.sub },
      { act: 'claimed', officer: WANG.sub, by: WANG.sub },
    ]);
  });

  it('is given to another officer by a lead officer, who can act then, and the first no more', async () => {
    const desired = await claimed();
    expect(await act(LEAD, desired, 'reassign', { officer: WANG.sub })).toEqual(done);
    expect(await act(LI, desired, 'accept')).toMatchObject({
      status: 409,
      body: { code: 'held-by-colleague' },
    });
    expect(await act(WANG, desired, 'accept')).toEqual(done);
    expect((await traceOf(desired)).at(-1)).toMatchObject({
      act: 'reassigned',
      officer: WANG.sub,
      by: LEAD.sub,
    });
  });

  it('is nobody else’s to release or reassign', async () => {
    const desired = await claimed();
    expect(await act(WANG, desired, 'release')).toMatchObject({ status: 409 });
    const reassign = (who: object, body: object) => act(who, desired, 'reassign', body);
    expect(await reassign(WANG, { officer: WANG.sub })).toMatchObject({ status: 403 });
    expect(await reassign(STRANGER, { officer: WANG.sub })).toMatchObject({ status: 404 });
    expect(await act(STRANGER, desired, 'release')).toMatchObject({ status: 404 });
    for (const officer of ['', 'a\nb', 'x'.repeat(300), 5])
      expect(await reassign(LEAD, { officer })).toMatchObject({ status: 422 });
    expect(await act(LI, desired, 'accept')).toEqual(done);
  });

  it('of a lead officer is one like any other', async () => {
    const desired = await claimed();
    await act(LI, desired, 'release');
    expect(await act(LEAD, desired, 'claim')).toEqual(done);
    expect(await act(LEAD, desired, 'accept')).toEqual(done);
    expect((await world.call('GET', 'workbench/heat/jobs', LEAD)).status).toBe(200);
  });

  it('without an act expires in the end, leaves a trace, and is open to colleagues', async () => {
    const desired = await claimed();
    await overdue(desired);
    await eventually(async () =>
      expect((await traceOf(desired)).at(-1)).toMatchObject({ act: 'expired', officer: LI.sub, by: null }),
    );
    expect(await act(LI, desired, 'accept')).toMatchObject({ status: 409, body: { code: 'not-claimed' } });
    expect(await act(WANG, desired, 'claim')).toEqual(done);
  });

  it('lasts from the last act, not from its start', async () => {
    const [idle, active] = [await claimed(), await claimed()];
    await act(LI, active, 'accept');
    const left = await world.query<{ left: number }>(
      `select extract(epoch from claimed_until - now())::int as left from placement where request_id = $1`,
      [active.requestId],
    );
    expect(left[0]!.left).toBeGreaterThan(3_500);
    await overdue(idle);
    await eventually(async () => expect((await traceOf(idle)).at(-1)).toMatchObject({ act: 'expired' }));
    expect(await act(LI, active, 'complete')).toEqual(done);
  });
});
