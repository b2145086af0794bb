import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, nextDesiredState } from '@lianban/testing';

const LI = { role: 'officer', provider: 'zibo-heat', sub: 'officer-li' };
const WANG = { ...LI, sub: 'officer-wang' };
const STRANGER = { ...LI, provider: 'jinan-heat', sub: 'officer-zhao' };
const ID = '370302199003070016';

interface Listed {
  requestId: string;
  lamp: string;
  change: string | null;
}

describe('an officer’s screen', () => {
  let world: AdapterFixture;
  beforeAll(
    async () =>
      (world = await AdapterFixture.open({ utility: 'heat', providers: ['jinan-heat', 'zibo-heat'] })),
  );
  afterAll(() => world.close());

  let receipts = 0;
  async function placed(changes: Partial<JobDesired> = {}, dossier: object = {}): Promise<JobDesired> {
    const receiptNumber = `LB370302-20261123-J-${String((receipts += 1)).padStart(5, '0')}-A`;
    const applicant = {
      kind: 'person' as const,
      name: '欧阳试样',
      documentType: 'resident-id',
      documentNumber: ID,
    };
    const desired = aDesiredState(
      { utility: 'heat', provider: 'zibo-heat', ...changes },
      { matter: 'HEAT_NEW', receiptNumber, applicant, ...dossier },
    );
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    return desired;
  }

  const post = (officer: object, path: string, body: object = {}) =>
    world.call('POST', `workbench/heat/jobs/${path}`, officer as never, body);
  const list = async (query: string, officer: object = LI) => {
    const { body } = await world.call('GET', `workbench/heat/jobs?${query}`, officer as never);
    return body.jobs as unknown as Listed[];
  };
  const idsOf = (jobs: Listed[]) => jobs.map(({ requestId }) => requestId);
  const open = async ({ requestId }: JobDesired, officer: object = LI) =>
    (await world.call('GET', `workbench/heat/jobs/${requestId}`, officer as never)).body;
  const changeOf = async ({ requestId }: JobDesired, officer: object = LI) =>
    (await list('', officer)).find((job) => job.requestId === requestId)!.change;

  it('says whose jobs they are, and whether they are done here', async () => {
    const providerOf = async (provider: string) =>
      (await world.call('GET', 'workbench/heat/provider', { ...LI, provider })).body.provider;
    expect(await providerOf('zibo-heat')).toMatchObject({ id: 'zibo-heat', worksHere: true });
    expect(await providerOf('jinan-heat')).toMatchObject({ id: 'jinan-heat', worksHere: false });
    expect(await providerOf('zibo-gas')).toBeNull();
  });

  it('lists what is hers, what is in the pool, and what is in one state', async () => {
    const [hers, theirs, free] = [await placed(), await placed(), await placed()];
    await post(LI, `${hers.requestId}/claim`);
    await post(LI, `${hers.requestId}/accept`);
    await post(WANG, `${theirs.requestId}/claim`);
    expect(idsOf(await list('scope=mine'))).toEqual([hers.requestId]);
    const pool = idsOf(await list('scope=pool'));
    expect([pool.includes(free.requestId), pool.includes(hers.requestId)]).toEqual([true, false]);
    expect(idsOf(await list('state=accepted'))).toEqual([hers.requestId]);
    expect(idsOf(await list('scope=mine&state=accepted', WANG))).toEqual([]);
    expect((await world.call('GET', 'workbench/heat/jobs?scope=some', LI)).status).toBe(422);
  });

  it('finds a receipt as people write it, also when its job has ended, and nobody else’s', async () => {
    const desired = await placed();
    await post(LI, `${desired.requestId}/claim`);
    await post(LI, `${desired.requestId}/complete`);
    const typed = desired.dossier.receiptNumber.toLowerCase().replaceAll('-', ' ');
    const query = `receipt=${encodeURIComponent(typed)}`;
    expect(idsOf(await list(query))).toEqual([desired.requestId]);
    expect(await list(query, STRANGER)).toEqual([]);
  });

  it('has a lamp by the service’s calendar', async () => {
    const overdue = await placed({ promisedDate: '2026-01-05' });
    const later = await placed({ promisedDate: '2099-01-05' });
    const lamps = new Map((await list('')).map(({ requestId, lamp }) => [requestId, lamp]));
    expect([lamps.get(overdue.requestId), lamps.get(later.requestId)]).toEqual(['red', 'green']);
    expect((await open(overdue)).due).toMatchObject({
      urgentOn: '2026-01-05',
      lamp: 'red',
      provisional: false,
    });
  });

  it('says what was amended or withdrawn since she looked', async () => {
    const desired = await placed();
    expect(await changeOf(desired)).toBe('unseen');
    expect(await post(LI, `${desired.requestId}/seen`, { version: 1 })).toEqual({ status: 204, body: {} });
    expect(await changeOf(desired)).toBeNull();
    const amended = nextDesiredState(desired, {}, { fields: { heatedArea: 88 } });
    await world.publishDesired(amended);
    await world.untilPublished(desired.requestId, { operation: { kind: 'correct', delivery: 'delivered' } });
    expect(await changeOf(desired)).toBe('amended');
    expect((await open(desired)).amended).toEqual(
      expect.arrayContaining(['fields.heatedArea', 'fields.usage']),
    );
    await post(LI, `${desired.requestId}/seen`, { version: 2 });
    expect([await changeOf(desired), (await open(desired)).amended]).toEqual([null, []]);
    await world.publishDesired(nextDesiredState(amended, { cancelReason: 'withdrawn-by-applicant' }));
    await world.untilPublished(desired.requestId, { withdrawal: 'asked' });
    expect(await changeOf(desired)).toBe('withdrawn');
  });

  it('is seen in no version that was never shown, and of no job of another provider', async () => {
    const desired = await placed();
    await post(LI, `${desired.requestId}/seen`, { version: 2_000_000_000 });
    await world.publishDesired(nextDesiredState(desired, {}, { fields: { usage: 'commercial' } }));
    await world.untilPublished(desired.requestId, { operation: { kind: 'correct' } });
    expect(await changeOf(desired)).toBe('amended');
    expect((await post(STRANGER, `${desired.requestId}/seen`, { version: 1 })).status).toBe(404);
  });

  it('shows who else has the job open now', async () => {
    const desired = await placed();
    await post(WANG, `${desired.requestId}/seen`, { version: 1 });
    await post(LI, `${desired.requestId}/seen`, { version: 1 });
    expect((await open(desired)).viewers).toMatchObject([{ officer: WANG.sub }]);
    await world.query(`update job_view set seen_at = seen_at - interval '31 seconds' where officer = $1`, [
      WANG.sub,
    ]);
    expect((await open(desired)).viewers).toEqual([]);
  });

  it('masks document numbers, shows them on demand, and keeps who saw them and why', async () => {
    const desired = await placed();
    expect(JSON.stringify(await open(desired))).not.toContain(ID);
    const path = `${desired.requestId}/disclosure`;
    expect((await post(LI, path)).status).toBe(422);
    expect((await post(STRANGER, path, { reason: '核对' })).status).toBe(404);
    expect(await post(LI, path, { reason: '核对产权证' })).toEqual({
      status: 200,
      body: { applicant: ID, agent: null },
    });
    const { acts } = await open(desired);
    expect(acts).toMatchObject([{ officer: LI.sub, act: 'disclosure', said: { text: '核对产权证' } }]);
    expect(JSON.stringify(acts)).not.toContain(ID);
  });

  it('keeps what officers did, in her language', async () => {
    const desired = await placed();
    await post(LI, `${desired.requestId}/claim`);
    await post(LI, `${desired.requestId}/hold`, { reason: 'permit', text: '待许可' });
    const { acts, actions } = await open(desired);
    expect(acts).toMatchObject([
      {
        officer: LI.sub,
        act: 'hold',
        said: { text: '待许可' },
        shown: { reason: expect.stringMatching(/审批/) },
      },
    ]);
    const names = (actions as unknown as { action: string }[]).map(({ action }) => action);
    expect(names).toEqual(expect.arrayContaining(['release', 'resume', 'complete']));
    await post(LI, `${desired.requestId}/hold`, { reason: 'no-such' });
    expect((await open(desired)).acts).toHaveLength(1);
  });

  it('shows what the provider’s own system was told', async () => {
    await world.simulator.setFaults('jinan-heat', { reports: 'never' });
    const desired = await placed({ provider: 'jinan-heat' });
    const { operations, actions } = await open(desired, STRANGER);
    expect(operations).toMatchObject([{ kind: 'place', status: 'delivered', tries: expect.any(Number) }]);
    expect(actions).toEqual([]);
    await world.simulator.clearFaults();
    expect((await open(await placed())).operations).toEqual([]);
  });

  it('claims several at once, and says what came of each', async () => {
    const [free, theirs] = [await placed(), await placed()];
    await post(WANG, `${theirs.requestId}/claim`);
    const requestIds = [free.requestId, theirs.requestId, '0193a1b2-0000-7000-8000-000000000001'];
    expect(await post(LI, '../claims', { requestIds })).toMatchObject({
      status: 200,
      body: {
        results: [
          { requestId: free.requestId, claimed: true },
          {
            requestId: theirs.requestId,
            claimed: false,
            code: 'held-by-colleague',
            detail: expect.any(String),
          },
          { claimed: false, code: 'not-found' },
        ],
      },
    });
    for (const wrong of [[], ['x'], Array.from({ length: 51 }, () => free.requestId)])
      expect((await post(LI, '../claims', { requestIds: wrong })).status).toBe(422);
  });

  it('tells a lead officer who has how many jobs in hand', async () => {
    const wu = { ...LI, provider: 'weifang-heat', sub: 'officer-wu' };
    await world.query(
      `update placement set claimed_by = 'officer-wu', provider = 'weifang-heat' where request_id = $1 returning 1`,
      [(await placed()).requestId],
    );
    const path = 'workbench/heat/officers';
    expect((await world.call('GET', path, wu)).status).toBe(403);
    expect(await world.call('GET', path, { ...wu, role: 'lead-officer' })).toEqual({
      status: 200,
      body: { officers: [{ officer: 'officer-wu', jobs: 1 }] },
    });
  });

  it('exports the list as text that no spreadsheet program calculates', async () => {
    const address = { district: '370302', text: '=HYPERLINK("http://x")' };
    const desired = await placed({ promisedDate: '2026-02-03' }, { address });
    const answer = await fetch(`${world.address}/v1/workbench/heat/export?scope=pool`, {
      headers: {
        authorization: `Bearer ${await world.issuer.token({ claims: LI })}`,
        'accept-language': 'en',
      },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const lines = bytes.toString('utf8').slice(1).split('\r\n');
    expect(lines[0]).toBe('Receipt,Matter,State,Reason,Due,Working days left,Officer,Registered,Address');
    const line = lines.find((each) => each.startsWith(desired.dossier.receiptNumber));
    expect(line).toMatch(/,2026-02-03,-\d+,,.*,"'=HYPERLINK\(""http:\/\/x""\)"$/);
    expect(lines).toHaveLength((await list('scope=pool')).length + 2);
  });
});
