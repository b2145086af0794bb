import { Story } from './story.mother.js';

const ACCEPTED = { state: 'accepted', reference: 'G-1' } as const;

describe('an operation that was taken', () => {
  it('is delivered, and says so of the job for good', () => {
    const story = new Story().want().send().taken({ reference: 'G-1' });
    expect(story.progress).toMatchObject({
      operation: { kind: 'place', delivery: 'delivered' },
      delivered: true,
      accepted: false,
      facts: [],
      reference: 'G-1',
      state: 'placed',
    });
    expect(story.reroute().progress).toMatchObject({ attempt: 2, delivered: true });
  });

  it('applies the report that came in the answer', () => {
    const report = { at: '2026-05-11T02:00:00Z', state: 'completed' as const };
    expect(new Story().want().send().taken({ report }).placement.state).toBe('completed');
  });

  it('gives itself away by a second number where it was done twice, once', () => {
    const story = new Story().want().send().applies({ state: 'accepted', reference: 'G-1' });
    story.taken({ reference: 'G-2' });
    expect(story.reports({ state: 'cancelled', reference: 'G-2' })).toBe('second-order');
    story.applies({ stage: 'SURVEY', reference: 'G-1' });
    expect(story.placement).toMatchObject({ state: 'accepted', stages: [{ stage: 'SURVEY' }] });
    expect(story.findings).toEqual(['second-reference']);
    expect(story.placement.reference).toBe('G-1');
  });

  it('gives itself away by the answer to a call that outlived its lease', () => {
    const story = new Story().want().send().loseProcess().send().comesTo({ kind: 'absent' });
    story.send().taken({ reference: 'G-1' }).taken({ reference: 'G-1' });
    expect(story.findings).toEqual([]);
    story.taken({ reference: 'G-2' });
    expect(story.findings).toEqual(['second-reference']);
    expect(story.placement).toMatchObject({ state: 'placed', reference: 'G-1' });
  });

  it('shows no number by such an answer before it is known what came of it', () => {
    const story = new Story().want().send().loseProcess().taken({ reference: 'G-1' });
    expect(story.progress).toMatchObject({ delivered: false });
    expect(story.placement.reference).toBeNull();
    story.send().taken({ reference: 'G-2' });
    expect(story.placement.reference).toBe('G-2');
  });

  it.each([
    ['after', (story: Story) => story.taken({ reference: 'WB-1' }).applies(ACCEPTED)],
    ['before', (story: Story) => story.applies(ACCEPTED).taken({ reference: 'WB-1' })],
  ])('has the number that an officer writes %s it was given one', (_, tell) => {
    const story = tell(new Story().want({ provider: 'weifang-qingzhou-gas' }).send());
    expect(story.placement.reference).toBe('G-1');
    expect(story.findings).toEqual([]);
  });
});

describe('an operation that was refused', () => {
  it('ends its placement with the reason, the words kept beside it', () => {
    const story = new Story().want().send().refused('not-covered');
    expect(story.placement).toMatchObject({
      state: 'refused',
      reason: 'not-covered',
      providerMessage: '管网未覆盖',
    });
    expect(story.progress).toMatchObject({ operation: { delivery: 'delivered' }, delivered: true });
  });

  it('for a reason that the catalogue does not have says nothing untrue, and leaks no word', () => {
    const story = new Story().want().send().refused('张三 欠费');
    expect(story.progress.reason).toBeUndefined();
    const withdrawn = Story.placed().withdraw().send().refused('张三 欠费');
    expect(withdrawn.progress).toMatchObject({ withdrawal: 'refused', withdrawalReason: undefined });
  });

  it('is as good as withdrawn where it was wanted no more', () => {
    const story = new Story().want().send().withdraw().refused();
    expect(story.placement).toMatchObject({
      state: 'cancelled',
      reason: 'withdrawn-by-applicant',
      withdrawal: 'agreed',
    });
  });

  it('does not undo an end that was reported before', () => {
    const story = new Story().want().send().applies({ state: 'completed' }).refused();
    expect(story.placement.state).toBe('completed');
  });

  it('and was a correction changes no state', () => {
    expect(Story.placed().applies({ state: 'accepted' }).amend().send().refused().placement.state).toBe(
      'accepted',
    );
  });

  it('and was a withdrawal changes no state', () => {
    const story = Story.placed()
      .applies({ state: 'in-progress' })
      .withdraw()
      .send()
      .refused('withdrawal-too-late');
    expect(story.placement).toMatchObject({ state: 'in-progress', withdrawal: 'refused' });
    expect(story.findings).toEqual([]);
  });

  it('and was the withdrawal of a superseded attempt becomes a finding with an owner', () => {
    const story = Story.placed().reroute().send(1).refused('withdrawal-too-late', 1);
    expect(story.job.findings()).toMatchObject([
      { kind: 'superseded-withdrawal-refused', attempt: 1, provider: 'jinan-gas', owner: 'operator' },
    ]);
    expect(story.progress).toMatchObject({ attempt: 2, state: 'placed', withdrawal: 'none' });
  });
});

describe('a failure', () => {
  it('is retried after the wait', () => {
    const story = new Story().want().send().notSent();
    expect(story.operation).toMatchObject({
      status: 'failing',
      tries: 1,
      outcomeUnknown: false,
      lastError: 'cannot connect',
    });
    expect(story.operation.nextAt).toBe('2026-05-11T02:00:01.000Z');
  });

  it('that may have been taken is looked into', () => {
    expect(new Story().want().send().unknown().operation).toMatchObject({
      status: 'unknown',
      outcomeUnknown: true,
    });
  });

  it('leaves the unknown outcome of an earlier one as it is', () => {
    expect(new Story().want().send().unknown().send().notSent().operation.status).toBe('unknown');
  });

  it('is said to last since the first of its row', () => {
    const story = new Story().want().later().send().notSent().later().send().unknown();
    expect(story.progress.operation).toEqual({
      kind: 'place',
      delivery: 'unknown',
      since: '2026-05-11T02:01:00.000Z',
    });
  });

  it('costs no budget while the provider as a whole is away', () => {
    const story = new Story().want();
    for (let times = 0; times < 10; times += 1)
      story.send().comesTo({ kind: 'unknown', error: 'no answer', countsAsTry: false });
    expect(story.operation).toMatchObject({ status: 'unknown', tries: 0 });
  });

  it('parks the operation with an owner when the budget is spent', () => {
    const story = new Story().want().park('unknown');
    expect(story.operation).toMatchObject({ status: 'parked', tries: 3, owner: 'operator' });
    expect(story.progress.operation.delivery).toBe('parked');
  });

  it('of an operation that is not being sent is not believed', () => {
    const story = Story.placed();
    const before = structuredClone(story.placement);
    story.unknown();
    expect(story.placement).toEqual(before);
  });
});

describe('an operator', () => {
  it.each([
    ['notSent', 'pending'],
    ['unknown', 'unknown'],
  ] as const)('retries what is parked after %s: it is %s and due', (how, status) => {
    const story = new Story().want().park(how);
    expect(story.job.retryOperation(story.operation.id, story.context)).toBe(true);
    expect(story.operation).toMatchObject({
      status,
      tries: 0,
      owner: null,
      nextAt: story.now.toISOString(),
    });
  });

  it('gives up what is parked: its job has failed', () => {
    const story = new Story().want().park('unknown');
    expect(story.job.giveUpOperation(story.operation.id, story.context)).toBe(true);
    expect(story.operation.status).toBe('dropped');
    expect(story.progress).toMatchObject({ state: 'failed', reason: 'given-up', delivered: false });
  });

  it('can neither retry nor give up what is not parked', () => {
    const story = new Story().want();
    expect(story.job.retryOperation(story.operation.id, story.context)).toBe(false);
    expect(story.job.giveUpOperation(story.operation.id, story.context)).toBe(false);
  });
});
