import { eventually } from '@lianban/testing';
import { SimulatorFixture } from './simulator-fixture.mother.js';

describe('a provider without faults', () => {
  let fixture: SimulatorFixture;
  beforeAll(async () => (fixture = await SimulatorFixture.open()));
  afterAll(() => fixture.close());

  it('takes an operation, accepts and completes it, in signed reports', async () => {
    const place = fixture.operation();
    const { status, body } = await fixture.send(place);
    expect([status, body.outcome]).toEqual([200, 'taken']);
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'completed']));
    expect(fixture.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect(fixture.reportsOf(place)[0]).toMatchObject({
      reference: body.reference,
      sequence: 1,
      stage: 'ACCEPT',
    });
  });

  it('goes through each stage of the catalogue when it takes its time', async () => {
    await fixture.setFaults('zibo-water', { stageMs: 1 });
    const place = fixture.operation('place', { provider: 'zibo-water' });
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place).at(-1)).toBe('completed'));
    const stages = fixture.reportsOf(place).flatMap(({ stage = [] }) => stage);
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
    const place = fixture.operation();
    const answers = [await fixture.send(place), await fixture.send(place), await fixture.query(place)];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await fixture.control('GET', `/control/effects?operation=${place.operation}`)).toMatchObject({
      effects: 1,
    });
  });

  it('refuses the same id with another body', async () => {
    const place = fixture.operation();
    await fixture.send(place);
    expect((await fixture.send({ ...place, version: 2 })).status).toBe(409);
  });

  it.each([
    ['a foreign signature', { 'webhook-signature': 'v1,AAAA' }, 401],
    ['a signature of yesterday', { 'webhook-timestamp': '1790000000' }, 401],
    ['a key that is not the operation', { 'idempotency-key': 'other' }, 400],
  ])('takes nothing with %s', async (_, headers, status) => {
    const place = fixture.operation();
    expect((await fixture.send(place, headers)).status).toBe(status);
    expect((await fixture.query(place)).status).toBe(404);
  });

  it('withdraws what is under way, and refuses when it is done', async () => {
    const done = fixture.operation();
    await fixture.send(done);
    await eventually(() => expect(fixture.statesOf(done)).toContain('completed'));
    const { placement, requestId } = done;
    await fixture.send(
      fixture.operation('withdraw', { placement, requestId, reason: 'withdrawn-by-applicant' }),
    );
    await eventually(() => expect(fixture.reportsOf(done).at(-1)?.withdrawal).toBe('refused'));
    expect(fixture.reportsOf(done).at(-1)?.reason).toBe('withdrawal-too-late');
    expect(fixture.reportsOf(done).at(-1)?.state).toBeUndefined();
  });

  it('has no endpoint for a provider that works at the workbench', async () => {
    expect((await fixture.send(fixture.operation('place', { provider: 'zibo-heat' }))).status).toBe(404);
  });
});

describe('a provider with faults', () => {
  let fixture: SimulatorFixture;
  beforeAll(async () => (fixture = await SimulatorFixture.open()));
  afterEach(async () => {
    fixture.status = 204;
    await fixture.control('DELETE', '/control/faults');
  });
  afterAll(() => fixture.close());

  const effectsOf = ({ operation }: { operation: string }) =>
    fixture.control('GET', `/control/effects?operation=${operation}`);

  it('is down until it is up again', async () => {
    await fixture.setFaults('zibo-water', { down: true });
    const place = fixture.operation();
    await expect(fixture.send(place)).rejects.toThrow();
    await fixture.control('DELETE', '/control/faults');
    expect((await fixture.query(place)).status).toBe(404);
    expect((await fixture.send(place)).status).toBe(200);
  });

  it('fails as often as set and takes nothing', async () => {
    await fixture.setFaults('zibo-water', { failWith: 503, failTimes: 2 });
    const place = fixture.operation();
    const statuses = [];
    for (let call = 0; call < 3; call++) statuses.push((await fixture.send(place)).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(await effectsOf(place)).toMatchObject({ effects: 1 });
  });

  it('takes it and loses the answer', async () => {
    await fixture.setFaults('zibo-water', { loseAnswers: 1 });
    const place = fixture.operation();
    await expect(fixture.send(place)).rejects.toThrow();
    expect((await fixture.query(place)).body.outcome).toBe('taken');
    expect((await fixture.send(place)).status).toBe(200);
    expect(await effectsOf(place)).toMatchObject({ effects: 1 });
  });

  it('does it twice where it does not honour the key', async () => {
    const before = await fixture.control('GET', '/control/totals');
    await fixture.setFaults('zibo-water', { dedupe: false });
    const place = fixture.operation();
    const [first, second] = [await fixture.send(place), await fixture.send(place)];
    expect(second.body.reference).not.toBe(first.body.reference);
    expect(await effectsOf(place)).toMatchObject({ effects: 2 });
    const after = await fixture.control('GET', '/control/totals');
    expect(after.doubledEffects - before.doubledEffects).toBe(1);
  });

  it('takes it late, so that a look-up in between finds nothing', async () => {
    await fixture.setFaults('zibo-water', { takeAfterMs: 1_000 });
    const place = fixture.operation();
    const answer = fixture.send(place);
    expect((await fixture.query(place)).status).toBe(404);
    expect((await answer).status).toBe(200);
  });

  it('takes it at once and answers late', async () => {
    await fixture.setFaults('zibo-water', { delayMs: 1_000 });
    const place = fixture.operation();
    let isAnswered = false;
    const answer = fixture.send(place).then(() => (isAnswered = true));
    await eventually(async () => expect(await effectsOf(place)).toMatchObject({ effects: 1 }));
    expect(isAnswered).toBe(false);
    await answer;
  });

  it('refuses in the answer', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'refuse', reason: 'illegal-building' });
    const place = fixture.operation();
    const { status, body } = await fixture.send(place);
    expect([status, body]).toEqual([
      422,
      { outcome: 'refused', reason: 'illegal-building', text: '违法建筑' },
    ]);
    expect(await effectsOf(place)).toMatchObject({ effects: 0 });
  });

  it('takes under a new operation what it has refused', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'refuse' });
    const place = fixture.operation();
    await fixture.send(place);
    await fixture.setFaults('zibo-water', { outcome: null });
    await fixture.send({ ...place, operation: `${place.operation}-2` });
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'completed']));
  });

  it('refuses to correct what it never took', async () => {
    expect((await fixture.send(fixture.operation('correct'))).status).toBe(422);
  });

  it.each([
    ['return', ['accepted', 'refused']],
    ['fail', ['accepted', 'failed']],
    ['partly-complete', ['accepted', 'partly-completed']],
  ] as const)('plays "%s" to its end', async (outcome, states) => {
    await fixture.setFaults('zibo-water', { outcome });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toEqual(states));
  });

  it('accepts in the answer and says no more', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'accept', reports: 'in-reply' });
    const [place, later] = [fixture.operation(), fixture.operation('place', { provider: 'zibo-gas' })];
    expect((await fixture.send(place)).body).toMatchObject({
      outcome: 'taken',
      report: { state: 'accepted' },
    });
    await fixture.send(later);
    await eventually(() => expect(fixture.statesOf(later)).toEqual(['accepted', 'completed']));
    expect(fixture.statesOf(place)).toEqual([]);
  });

  it('asks for a correction and goes on when the answer has come, not when a typo is corrected', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'ask-correction', items: ['SITE_PLAN'] });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'waiting']));
    expect(fixture.reportsOf(place)[1]).toMatchObject({
      reason: 'material-missing',
      holder: 'applicant',
      correction: { items: ['SITE_PLAN'] },
    });
    const { placement, requestId } = place;
    await fixture.send(fixture.operation('correct', { placement, requestId, version: 2 }));
    const dossier = { ...place.dossier, answers: [{ correctionId: 'c1' }] };
    await fixture.send(fixture.operation('correct', { placement, requestId, version: 3, dossier }));
    await eventually(() =>
      expect(fixture.statesOf(place)).toEqual(['accepted', 'waiting', 'in-progress', 'completed']),
    );
    const { providers } = await fixture.control('GET', `/control/placements/${placement}`);
    expect(providers[0]).toMatchObject({ provider: 'zibo-water', version: 3, state: 'completed', dossier });
    expect(providers[0].operations.map(({ kind }: { kind: string }) => kind)).toEqual([
      'place',
      'correct',
      'correct',
    ]);
  });

  it('holds a job until the outcome is changed', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'hold', reason: 'not-ours' });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() =>
      expect(fixture.reportsOf(place).at(-1)).toMatchObject({ state: 'held', holder: 'hall' }),
    );
    await fixture.setFaults('zibo-water', { outcome: 'complete' });
    await eventually(() => expect(fixture.statesOf(place).at(-1)).toBe('completed'));
  });

  it('agrees to a withdrawal while it holds the job, unless it shall not', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'hold', refuseWithdrawals: true });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toContain('held'));
    const { placement, requestId } = place;
    const withdraw = () => fixture.operation('withdraw', { placement, requestId, reason: 'lapsed' });
    await fixture.send(withdraw());
    await eventually(() => expect(fixture.statesOf(place).at(-1)).toBe('refused'));
    await fixture.setFaults('zibo-water', { refuseWithdrawals: null });
    await fixture.send(withdraw());
    await eventually(() =>
      expect(fixture.reportsOf(place).at(-1)).toMatchObject({
        withdrawal: 'agreed',
        state: 'cancelled',
        reason: 'lapsed',
      }),
    );
  });

  it('reports twice under one id', async () => {
    await fixture.setFaults('zibo-water', { reports: 'twice' });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() =>
      expect(fixture.statesOf(place)).toEqual(['accepted', 'accepted', 'completed', 'completed']),
    );
    expect(new Set(fixture.receivedOf(place).map(({ id }) => id)).size).toBe(2);
  });

  it('reports out of order', async () => {
    await fixture.setFaults('zibo-water', { reports: 'out-of-order' });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.reportsOf(place).map(({ sequence }) => sequence)).toEqual([2, 1]));
  });

  it('reports late', async () => {
    // A timer may fire a millisecond early by the clock that the reports are dated with.
    await fixture.setFaults('zibo-water', { reports: 'late', lateMs: 150 });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'completed']));
    const delays = fixture
      .receivedOf(place)
      .map(({ receivedAt, report }) => receivedAt - Date.parse(report.at));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
  });

  it('reports what no schema allows, and gives up when that is refused', async () => {
    fixture.status = 422;
    const before = await fixture.control('GET', '/control/totals');
    await fixture.setFaults('zibo-water', { reports: 'wrong-schema' });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(async () => {
      const { reportsGivenUp } = await fixture.control('GET', '/control/totals');
      expect(reportsGivenUp - before.reportsGivenUp).toBe(2);
    });
    expect(fixture.statesOf(place)).toEqual(['finished', 'finished']);
  });

  it('never reports, though the job is done', async () => {
    await fixture.setFaults('zibo-water', { reports: 'never' });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(async () => {
      const { providers } = await fixture.control('GET', `/control/placements/${place.placement}`);
      expect(providers[0].state).toBe('completed');
    });
    expect(fixture.reportsOf(place)).toEqual([]);
  });

  it('gives the first report in the answer', async () => {
    await fixture.setFaults('zibo-water', { reports: 'in-reply' });
    const place = fixture.operation();
    expect((await fixture.send(place)).body).toMatchObject({ report: { state: 'accepted', sequence: 1 } });
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['completed']));
  });

  it('gives the last report in the answer', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'in-reply-complete' });
    const place = fixture.operation();
    const { body } = await fixture.send(place);
    expect(body).toMatchObject({ report: { state: 'completed', reference: body.reference } });
    expect((await fixture.query(place)).body).toEqual(body);
  });

  it('posts a report again until it is received', async () => {
    fixture.status = 500;
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'accepted']));
    fixture.status = 204;
    await eventually(() => expect(fixture.statesOf(place).at(-1)).toBe('completed'));
  });

  it('sends a given report now', async () => {
    await fixture.setFaults('zibo-water', { outcome: 'hold' });
    const place = fixture.operation();
    await fixture.send(place);
    await eventually(() => expect(fixture.statesOf(place)).toEqual(['accepted', 'held']));
    const path = `/control/providers/zibo-water/placements/${place.placement}/report`;
    await fixture.control('POST', path, { state: 'refused', reason: 'no-capacity', sequence: 1 });
    await eventually(() => expect(fixture.statesOf(place).at(-1)).toBe('refused'));
    const { providers } = await fixture.control('GET', `/control/placements/${place.placement}`);
    expect(providers[0].state).toBe('held');
  });

  it.each([
    ['a word it does not know', { reports: 'often' }, '/reports'],
    ['a status that is no failure', { failWith: 200 }, '/failWith'],
    ['a reason that the catalogue does not have', { reason: 'whim' }, '/reason'],
    ['a fault it does not know', { mood: 'bad' }, '/mood'],
  ])('rejects %s', async (_, faults, pointer) => {
    const problem = await fixture.setFaults('zibo-water', faults as object);
    expect(problem).toMatchObject({ status: 422, code: 'invalid-form', errors: [{ pointer }] });
  });

  it('is not found where the catalogue has no such provider', async () => {
    expect(await fixture.setFaults('mars-water', { down: true })).toMatchObject({ status: 404 });
  });
});
