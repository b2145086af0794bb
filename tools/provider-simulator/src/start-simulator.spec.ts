import { eventually } from '@lianban/testing';
import { House } from './house.mother.js';

describe('a provider with nothing ordered', () => {
  let house: House;
  beforeAll(async () => (house = await House.open()));
  afterAll(() => house.close());

  it('takes an operation, accepts and completes it, in signed reports', async () => {
    const place = house.operation();
    const { status, body } = await house.tell(place);
    expect([status, body.outcome]).toEqual([200, 'taken']);
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'completed']));
    expect(house.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect(house.reportsOf(place)[0]).toMatchObject({
      reference: body.reference,
      sequence: 1,
      stage: 'ACCEPT',
    });
  });

  it('goes through each stage of the catalogue when it takes its time', async () => {
    await house.order('zibo-water', { stageMs: 1 });
    const place = house.operation('place', { provider: 'zibo-water' });
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place).at(-1)).toBe('completed'));
    const stages = house.reportsOf(place).flatMap(({ stage = [] }) => stage);
    expect(stages).toEqual([
      'ACCEPT',
      'SURVEY',
      'PLAN_REPLY',
      'CONTRACT',
      'CONSTRUCT',
      'INSPECT',
      'ENERGISE',
    ]);
  });

  it('does a repeated operation once and says the same again', async () => {
    const place = house.operation();
    const answers = [await house.tell(place), await house.tell(place), await house.lookUp(place)];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await house.control('GET', `/control/effects?operation=${place.operation}`)).toMatchObject({
      effects: 1,
    });
  });

  it('refuses the same id with another body', async () => {
    const place = house.operation();
    await house.tell(place);
    expect((await house.tell({ ...place, version: 2 })).status).toBe(409);
  });

  it.each([
    ['a foreign signature', { 'webhook-signature': 'v1,AAAA' }, 401],
    ['a signature of yesterday', { 'webhook-timestamp': '1790000000' }, 401],
    ['a key that is not the operation', { 'idempotency-key': 'other' }, 400],
  ])('takes nothing with %s', async (_, headers, status) => {
    const place = house.operation();
    expect((await house.tell(place, headers)).status).toBe(status);
    expect((await house.lookUp(place)).status).toBe(404);
  });

  it('withdraws what is under way, and refuses when it is done', async () => {
    const done = house.operation();
    await house.tell(done);
    await eventually(() => expect(house.statesOf(done)).toContain('completed'));
    const { placement, requestId } = done;
    await house.tell(house.operation('withdraw', { placement, requestId, reason: 'withdrawn-by-applicant' }));
    await eventually(() => expect(house.reportsOf(done).at(-1)?.withdrawal).toBe('refused'));
    expect(house.reportsOf(done).at(-1)?.reason).toBe('withdrawal-too-late');
    expect(house.reportsOf(done).at(-1)?.state).toBeUndefined();
  });

  it('has no door for a provider that works at the workbench', async () => {
    expect((await house.tell(house.operation('place', { provider: 'zibo-heat' }))).status).toBe(404);
  });
});

describe('a provider under orders', () => {
  let house: House;
  beforeAll(async () => (house = await House.open()));
  afterEach(async () => {
    house.status = 204;
    await house.control('DELETE', '/control/orders');
  });
  afterAll(() => house.close());

  const effectsOf = ({ operation }: { operation: string }) =>
    house.control('GET', `/control/effects?operation=${operation}`);

  it('is down until it is up again', async () => {
    await house.order('jinan-water', { down: true });
    const place = house.operation();
    await expect(house.tell(place)).rejects.toThrow();
    await house.control('DELETE', '/control/orders');
    expect((await house.lookUp(place)).status).toBe(404);
    expect((await house.tell(place)).status).toBe(200);
  });

  it('fails as often as ordered and takes nothing', async () => {
    await house.order('jinan-water', { failWith: 503, failTimes: 2 });
    const place = house.operation();
    const statuses = [];
    for (let call = 0; call < 3; call++) statuses.push((await house.tell(place)).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(await effectsOf(place)).toMatchObject({ effects: 1 });
  });

  it('takes it and loses the answer', async () => {
    await house.order('jinan-water', { loseAnswers: 1 });
    const place = house.operation();
    await expect(house.tell(place)).rejects.toThrow();
    expect((await house.lookUp(place)).body.outcome).toBe('taken');
    expect((await house.tell(place)).status).toBe(200);
    expect(await effectsOf(place)).toMatchObject({ effects: 1 });
  });

  it('does it twice where it does not honour the key', async () => {
    const before = await house.control('GET', '/control/totals');
    await house.order('jinan-water', { dedupe: false });
    const place = house.operation();
    const [first, second] = [await house.tell(place), await house.tell(place)];
    expect(second.body.reference).not.toBe(first.body.reference);
    expect(await effectsOf(place)).toMatchObject({ effects: 2 });
    const after = await house.control('GET', '/control/totals');
    expect(after.doubledEffects - before.doubledEffects).toBe(1);
  });

  it('takes it late, so that a look-up in between finds nothing', async () => {
    await house.order('jinan-water', { takeAfterMs: 1_000 });
    const place = house.operation();
    const answer = house.tell(place);
    expect((await house.lookUp(place)).status).toBe(404);
    expect((await answer).status).toBe(200);
  });

  it('takes it at once and answers late', async () => {
    await house.order('jinan-water', { delayMs: 1_000 });
    const place = house.operation();
    let isAnswered = false;
    const answer = house.tell(place).then(() => (isAnswered = true));
    await eventually(async () => expect(await effectsOf(place)).toMatchObject({ effects: 1 }));
    expect(isAnswered).toBe(false);
    await answer;
  });

  it('refuses in the answer', async () => {
    await house.order('jinan-water', { outcome: 'refuse', reason: 'illegal-building' });
    const place = house.operation();
    const { status, body } = await house.tell(place);
    expect([status, body]).toEqual([
      422,
      { outcome: 'refused', reason: 'illegal-building', text: '违法建筑' },
    ]);
    expect(await effectsOf(place)).toMatchObject({ effects: 0 });
  });

  it('takes under a new operation what it has refused', async () => {
    await house.order('jinan-water', { outcome: 'refuse' });
    const place = house.operation();
    await house.tell(place);
    await house.order('jinan-water', { outcome: null });
    await house.tell({ ...place, operation: `${place.operation}-2` });
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'completed']));
  });

  it('refuses to correct what it never took', async () => {
    expect((await house.tell(house.operation('correct'))).status).toBe(422);
  });

  it.each([
    ['return', ['accepted', 'refused']],
    ['fail', ['accepted', 'failed']],
    ['partly-complete', ['accepted', 'partly-completed']],
  ] as const)('plays "%s" to its end', async (outcome, states) => {
    await house.order('jinan-water', { outcome });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toEqual(states));
  });

  it('accepts in the answer and says no more', async () => {
    await house.order('jinan-water', { outcome: 'accept', reports: 'in-reply' });
    const [place, later] = [house.operation(), house.operation('place', { provider: 'jinan-heat' })];
    expect((await house.tell(place)).body).toMatchObject({ outcome: 'taken', report: { state: 'accepted' } });
    await house.tell(later);
    await eventually(() => expect(house.statesOf(later)).toEqual(['accepted', 'completed']));
    expect(house.statesOf(place)).toEqual([]);
  });

  it('asks for a correction and goes on when the answer has come, not when a typo is mended', async () => {
    await house.order('jinan-water', { outcome: 'ask-correction', items: ['SITE_PLAN'] });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'waiting']));
    expect(house.reportsOf(place)[1]).toMatchObject({
      reason: 'material-missing',
      holder: 'applicant',
      correction: { items: ['SITE_PLAN'] },
    });
    const { placement, requestId } = place;
    await house.tell(house.operation('correct', { placement, requestId, version: 2 }));
    const dossier = { ...place.dossier, answers: [{ correctionId: 'c1' }] };
    await house.tell(house.operation('correct', { placement, requestId, version: 3, dossier }));
    await eventually(() =>
      expect(house.statesOf(place)).toEqual(['accepted', 'waiting', 'in-progress', 'completed']),
    );
    const { providers } = await house.control('GET', `/control/placements/${placement}`);
    expect(providers[0]).toMatchObject({ provider: 'jinan-water', version: 3, state: 'completed', dossier });
    expect(providers[0].operations.map(({ kind }: { kind: string }) => kind)).toEqual([
      'place',
      'correct',
      'correct',
    ]);
  });

  it('holds a job until it is ordered otherwise', async () => {
    await house.order('jinan-water', { outcome: 'hold', reason: 'not-ours' });
    const place = house.operation();
    await house.tell(place);
    await eventually(() =>
      expect(house.reportsOf(place).at(-1)).toMatchObject({ state: 'held', holder: 'hall' }),
    );
    await house.order('jinan-water', { outcome: 'complete' });
    await eventually(() => expect(house.statesOf(place).at(-1)).toBe('completed'));
  });

  it('agrees to a withdrawal while it holds the job, unless it shall not', async () => {
    await house.order('jinan-water', { outcome: 'hold', refuseWithdrawals: true });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toContain('held'));
    const { placement, requestId } = place;
    const withdraw = () => house.operation('withdraw', { placement, requestId, reason: 'lapsed' });
    await house.tell(withdraw());
    await eventually(() => expect(house.statesOf(place).at(-1)).toBe('refused'));
    await house.order('jinan-water', { refuseWithdrawals: null });
    await house.tell(withdraw());
    await eventually(() =>
      expect(house.reportsOf(place).at(-1)).toMatchObject({
        withdrawal: 'agreed',
        state: 'cancelled',
        reason: 'lapsed',
      }),
    );
  });

  it('reports twice under one id', async () => {
    await house.order('jinan-water', { reports: 'twice' });
    const place = house.operation();
    await house.tell(place);
    await eventually(() =>
      expect(house.statesOf(place)).toEqual(['accepted', 'accepted', 'completed', 'completed']),
    );
    expect(new Set(house.lettersOf(place).map(({ id }) => id)).size).toBe(2);
  });

  it('reports out of order', async () => {
    await house.order('jinan-water', { reports: 'out-of-order' });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.reportsOf(place).map(({ sequence }) => sequence)).toEqual([2, 1]));
  });

  it('reports late', async () => {
    await house.order('jinan-water', { reports: 'late', lateMs: 100 });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'completed']));
    const delays = house.lettersOf(place).map(({ receivedAt, report }) => receivedAt - Date.parse(report.at));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
  });

  it('reports what no schema allows, and gives up when that is refused', async () => {
    house.status = 422;
    const before = await house.control('GET', '/control/totals');
    await house.order('jinan-water', { reports: 'wrong-schema' });
    const place = house.operation();
    await house.tell(place);
    await eventually(async () => {
      const { reportsGivenUp } = await house.control('GET', '/control/totals');
      expect(reportsGivenUp - before.reportsGivenUp).toBe(2);
    });
    expect(house.statesOf(place)).toEqual(['finished', 'finished']);
  });

  it('never reports, though the job is done', async () => {
    await house.order('jinan-water', { reports: 'never' });
    const place = house.operation();
    await house.tell(place);
    await eventually(async () => {
      const { providers } = await house.control('GET', `/control/placements/${place.placement}`);
      expect(providers[0].state).toBe('completed');
    });
    expect(house.reportsOf(place)).toEqual([]);
  });

  it('tells the first report in the answer', async () => {
    await house.order('jinan-water', { reports: 'in-reply' });
    const place = house.operation();
    expect((await house.tell(place)).body).toMatchObject({ report: { state: 'accepted', sequence: 1 } });
    await eventually(() => expect(house.statesOf(place)).toEqual(['completed']));
  });

  it('tells the last report in the answer', async () => {
    await house.order('jinan-water', { outcome: 'in-reply-complete' });
    const place = house.operation();
    const { body } = await house.tell(place);
    expect(body).toMatchObject({ report: { state: 'completed', reference: body.reference } });
    expect((await house.lookUp(place)).body).toEqual(body);
  });

  it('posts a report again until it is received', async () => {
    house.status = 500;
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'accepted']));
    house.status = 204;
    await eventually(() => expect(house.statesOf(place).at(-1)).toBe('completed'));
  });

  it('sends a given report now', async () => {
    await house.order('jinan-water', { outcome: 'hold' });
    const place = house.operation();
    await house.tell(place);
    await eventually(() => expect(house.statesOf(place)).toEqual(['accepted', 'held']));
    const path = `/control/providers/jinan-water/placements/${place.placement}/report`;
    await house.control('POST', path, { state: 'refused', reason: 'no-capacity', sequence: 1 });
    await eventually(() => expect(house.statesOf(place).at(-1)).toBe('refused'));
    const { providers } = await house.control('GET', `/control/placements/${place.placement}`);
    expect(providers[0].state).toBe('held');
  });

  it.each([
    ['a word it does not know', { reports: 'often' }, '/reports'],
    ['a status that is no failure', { failWith: 200 }, '/failWith'],
    ['a reason that the catalogue does not have', { reason: 'whim' }, '/reason'],
    ['an order it has never heard of', { mood: 'bad' }, '/mood'],
  ])('is not ordered with %s', async (_, orders, pointer) => {
    const problem = await house.order('jinan-water', orders as object);
    expect(problem).toMatchObject({ status: 422, code: 'invalid-form', errors: [{ pointer }] });
  });

  it('is not found where the catalogue has no such provider', async () => {
    expect(await house.order('mars-water', { down: true })).toMatchObject({ status: 404 });
  });
});
