import { CHANGES_PER_HOUR, Story } from './story.mother.js';

const EARLIER = '2026-05-11T01:30:00.000Z';
const AT = '2026-05-11T02:00:00.000Z';
const LATER = '2026-05-11T03:00:00.000Z';

describe('a report', () => {
  it('moves the job along with its stage', () => {
    const story = Story.placed().applies({ state: 'accepted', stage: 'ACCEPT', at: AT });
    expect(story.progress).toMatchObject({
      state: 'accepted',
      accepted: true,
      stages: [{ stage: 'ACCEPT', at: AT }],
    });
  });

  it('that comes before our own commit counts', () => {
    const story = new Story().want().send().applies({ state: 'accepted', reference: 'G-1' }).taken();
    expect(story.progress).toMatchObject({ state: 'accepted', delivered: true, reference: 'G-1' });
  });

  it('with an earlier sequence is kept and not applied, whatever its time', () => {
    const story = Story.placed().applies({ state: 'in-progress', sequence: 5 });
    expect(story.reports({ state: 'waiting', sequence: 4, at: LATER })).toBe('older');
    expect(story.placement.state).toBe('in-progress');
  });

  it('that is repeated is kept and not applied', () => {
    const story = Story.placed().applies({ state: 'accepted', sequence: 1 });
    expect(story.reports({ state: 'accepted', sequence: 1 })).toBe('older');
  });

  it('without a sequence is older by its time', () => {
    const story = Story.placed().applies({ state: 'in-progress', at: LATER });
    expect(story.reports({ state: 'waiting', at: AT })).toBe('older');
    expect(story.reports({ stage: 'SURVEY', at: LATER })).toBeUndefined();
  });

  it('of a stage counts however late, and not the state that was told with it', () => {
    const story = Story.placed().applies({ state: 'in-progress', stage: 'PLAN_REPLY', at: AT });
    const stages = [{ stage: 'PLAN_REPLY', at: AT }];
    for (const stage of ['SURVEY', 'ACCEPT']) stages.push({ stage, at: EARLIER });
    story.applies({ stage: 'SURVEY', at: EARLIER });
    story.applies({ state: 'accepted', stage: 'ACCEPT', at: EARLIER });
    expect(story.placement).toMatchObject({ state: 'in-progress', lastReportAt: AT, stages });
  });

  it('of the end is heard, however late', () => {
    const story = Story.placed().applies({ state: 'in-progress', sequence: 5, at: LATER });
    story.applies({ state: 'completed', sequence: 4, at: AT });
    expect(story.placement).toMatchObject({ state: 'completed', lastSequence: 5, lastReportAt: LATER });
    expect(story.reports({ state: 'completed', sequence: 4, at: AT })).toBe('older');
  });

  it('of the end is heard after the answer that it is too late to withdraw', () => {
    const story = Story.placed().applies({ state: 'in-progress', sequence: 1 }).withdraw().send().taken();
    story.applies({ withdrawal: 'refused', reason: 'withdrawal-too-late', sequence: 3 });
    expect(story.progress).toMatchObject({ state: 'in-progress', withdrawal: 'refused' });
    story.applies({ state: 'completed', sequence: 2 });
    expect(story.progress).toMatchObject({ state: 'completed', withdrawal: 'refused' });
  });

  it("of the applicant's turn is heard after the answer to a withdrawal, which told no state", () => {
    const story = Story.placed().applies({ state: 'accepted', sequence: 1 }).withdraw().send().taken();
    story.applies({ withdrawal: 'refused', reason: 'withdrawal-too-late', sequence: 3 });
    story.applies({ state: 'waiting', correction: { items: ['ID_CARD'] }, sequence: 2 });
    expect(story.progress).toMatchObject({ state: 'waiting', holder: 'applicant', withdrawal: 'refused' });
    expect(story.reports({ state: 'accepted', sequence: 1 })).toBe('older');
  });

  it('that refuses a withdrawal is heard, however late, and tells nothing else then', () => {
    const story = Story.placed().applies({ state: 'accepted', sequence: 1 }).withdraw().send().taken();
    story.applies({ state: 'in-progress', sequence: 3 });
    story.applies({ state: 'held', withdrawal: 'refused', reason: 'withdrawal-too-late', sequence: 2 });
    expect(story.progress).toMatchObject({ state: 'in-progress', withdrawal: 'refused' });
  });

  it.each([
    ['in-progress', 'accepted'],
    ['accepted', 'placed'],
  ] as const)('never takes a job from %s back to %s', (from, to) => {
    const story = Story.placed().applies({ state: from, sequence: 1 });
    expect(story.reports({ state: to, sequence: 2 })).toBe('not-allowed');
    expect(story.placement).toMatchObject({ state: from, lastSequence: 1 });
  });

  it.each(['completed', 'partly-completed', 'refused', 'failed', 'cancelled'] as const)(
    'cannot bring back a job that is %s',
    (end) => {
      const story = Story.placed().applies({ state: end, sequence: 1 });
      expect(story.reports({ state: 'in-progress', sequence: 2 })).toBe('ended');
      expect(story.placement.state).toBe(end);
    },
  );

  it('keeps the words of the provider inside, and gives out the code', () => {
    const story = Story.placed().applies({ state: 'held', reason: 'permit', text: '等待占掘路审批' });
    expect(story.placement.providerMessage).toBe('等待占掘路审批');
    expect(JSON.stringify(story.progress)).not.toContain('审批');
    expect(story.progress.reason).toBe('permit');
  });

  it('with a reason that is no code of ours gives none out', () => {
    const story = Story.placed().applies({ state: 'refused', reason: 'because-of-zhang' });
    expect(story.progress.reason).toBeUndefined();
  });

  it('reaches a stage once', () => {
    const story = Story.placed().applies({ stage: 'SURVEY', at: AT }).applies({ stage: 'SURVEY', at: LATER });
    expect(story.placement.stages).toEqual([{ stage: 'SURVEY', at: AT }]);
  });

  it('that ends a stop takes its reason away', () => {
    const story = Story.placed()
      .applies({ state: 'waiting', reason: 'arrears' })
      .applies({ state: 'completed' });
    expect(story.progress).toMatchObject({
      state: 'completed',
      reason: undefined,
      holder: undefined,
      holderDeadline: undefined,
    });
  });
});

describe('a report whose clock is wrong', () => {
  const AHEAD = '2027-05-11T02:00:00.000Z';

  it('is applied, shows no stage in the future, and shadows nothing that a right clock says', () => {
    const story = Story.placed().applies({ state: 'accepted', stage: 'ACCEPT', at: AHEAD });
    expect(story.progress.stages).toEqual([{ stage: 'ACCEPT', at: story.now.toISOString() }]);
    expect(story.findings).toEqual(['wrong-clock']);
    expect(story.later().applies({ state: 'in-progress' }).placement.state).toBe('in-progress');
  });

  it('makes those of the same clock old that came before it', () => {
    const story = Story.placed().applies({ state: 'in-progress', at: '2027-05-11T02:00:01.000Z' });
    expect(story.reports({ state: 'waiting', at: AHEAD })).toBe('older');
  });

  it('by no more than an hour is taken at its word', () => {
    const story = Story.placed().applies({ state: 'in-progress', at: '2026-05-11T03:00:00.000Z' });
    expect(story.findings).toEqual([]);
    expect(story.later().reports({ state: 'waiting' })).toBe('older');
  });

  it('and whose number went back while time went on is kept, and found', () => {
    const story = Story.placed().applies({ state: 'in-progress', sequence: 5, at: AT });
    expect(story.reports({ state: 'waiting', sequence: 1, at: LATER })).toBe('older');
    expect(story.findings).toEqual(['sequence-backwards']);
  });
});

describe('a provider that changes its mind once a second', () => {
  const toggled = (times: number): Story => {
    const story = Story.placed().applies({ state: 'in-progress', sequence: 1 });
    for (let sequence = 2; sequence <= times; sequence++)
      story.reports({ state: sequence % 2 ? 'in-progress' : 'waiting', reason: 'arrears', sequence });
    return story;
  };

  it('is heard so many times an hour; the rest is kept, and is one finding', () => {
    const story = toggled(60);
    expect(story.placement).toMatchObject({ state: 'waiting', deferredUntil: '2026-05-11T03:00:00.000Z' });
    expect(story.findings).toEqual(['too-many-reports']);
    expect(story.reports({ state: 'held', reason: 'permit', sequence: 61 })).toBe('too-many');
  });

  it('still ends the job, and still answers a withdrawal', () => {
    expect(toggled(60).applies({ state: 'completed', sequence: 61 }).placement.state).toBe('completed');
    const story = toggled(60).withdraw().send().taken();
    expect(story.applies({ withdrawal: 'refused', sequence: 61 }).placement.withdrawal).toBe('refused');
  });

  it('is heard as it was last once the hour is over, and as before from then on', () => {
    const story = toggled(61).later(60);
    story.catchUp([
      { state: 'in-progress', sequence: 61 },
      { state: 'in-progress', sequence: 59 },
    ]);
    expect(story.placement).toMatchObject({
      state: 'in-progress',
      lastSequence: 61,
      deferredUntil: null,
      changes: 1,
    });
    expect(story.applies({ state: 'held', reason: 'permit', sequence: 62 }).placement.state).toBe('held');
  });

  it('may repeat the same, and reach stages, as often as it likes', () => {
    const story = toggled(CHANGES_PER_HOUR);
    const { state, reason } = story.placement;
    for (let sequence = 100; sequence < 200; sequence++)
      story.applies({ state, reason: reason ?? undefined, sequence });
    expect(story.applies({ stage: 'SURVEY', sequence: 201 }).findings).toEqual([]);
  });
});

describe('a due date', () => {
  const held = (dueDate: string, story = Story.placed()) =>
    story.applies({ state: 'held', reason: 'permit', dueDate });

  it.each(['2026-05-12', '2027-05-11'])('of %s is the provider’s to set', (dueDate) => {
    expect(held(dueDate)).toMatchObject({ progress: { holderDeadline: dueDate }, findings: [] });
  });

  it.each(['2025-12-04', '2026-05-11', '2027-05-12', '2026-02-31', 'soon'])(
    'of %s starts nothing by itself: the catalogue’s counts, and an operator sees it',
    (dueDate) => {
      const story = held(dueDate);
      expect(story).toMatchObject({ findings: ['due-date-out-of-range'] });
      expect(story.progress).toMatchObject({ state: 'held', holderDeadline: '2026-05-20' });
    },
  );

  it('that is told again on its own day stays', () => {
    const story = held('2026-05-12');
    story.now = new Date('2026-05-12T02:00:00Z');
    expect(held('2026-05-12', story)).toMatchObject({
      progress: { holderDeadline: '2026-05-12' },
      findings: [],
    });
  });
});

describe('a code that nobody knows', () => {
  it('leaves the known items of a correction, or what the reason is about', () => {
    const asked = (items: string[]) =>
      Story.placed().applies({ state: 'waiting', reason: 'arrears', correction: { items } }).placement
        .correction;
    expect(asked(['ODD', 'ID_CARD', 'fields.usage'])).toMatchObject({ items: ['ID_CARD', 'fields.usage'] });
    expect(asked(['ODD'])).toMatchObject({ items: ['arrears'] });
    expect(asked([])).toMatchObject({ items: ['arrears'] });
  });

  it('in the refusal of an operation is found, and the refusal counts', () => {
    for (const reason of ['because', 'permit']) {
      const story = new Story().want().send().refused(reason);
      expect(story).toMatchObject({
        placement: { state: 'refused', reason: null },
        findings: ['unknown-reason'],
      });
    }
    expect(new Story().want().send().refused('')).toMatchObject({ findings: [] });
  });
});

describe('a stop', () => {
  it('has the reason, the holder and the due date of the provider', () => {
    const story = Story.placed().applies({
      state: 'held',
      reason: 'permit',
      holder: 'contractor',
      dueDate: '2026-05-30',
    });
    expect(story.progress).toMatchObject({
      reason: 'permit',
      holder: 'contractor',
      holderDeadline: '2026-05-30',
    });
  });

  it('has those of the catalogue where the provider names none', () => {
    const story = Story.placed().applies({ state: 'held', reason: 'permit' });
    expect(story.progress).toMatchObject({ holder: 'authority', holderDeadline: '2026-05-20' });
  });

  it('that runs into a year without a notice is due by provisional days, and says so', () => {
    const story = Story.placed();
    story.now = new Date('2026-12-29T02:00:00Z');
    story.applies({ state: 'waiting', reason: 'material-missing' });
    expect(story.progress).toMatchObject({ holderDeadline: '2027-01-06', holderDeadlineProvisional: true });
    story.later().applies({ state: 'waiting', reason: 'material-missing', dueDate: '2027-01-20' });
    expect(story.progress.holderDeadlineProvisional).toBeUndefined();
  });

  it('that waits is the turn of the applicant, with a correction of its own id', () => {
    const items = ['PROPERTY_CERT'];
    const story = Story.placed().applies({
      state: 'waiting',
      reason: 'material-unclear',
      correction: { items },
    });
    expect(story.progress).toMatchObject({
      holder: 'applicant',
      correction: { id: expect.any(String), items, deadline: story.placement.holderDeadline },
    });
  });

  it('may come back to what it interrupted, never further', () => {
    const story = Story.placed()
      .applies({ state: 'in-progress' })
      .applies({ state: 'held', reason: 'permit' });
    expect(story.reports({ state: 'accepted' })).toBe('not-allowed');
    expect(story.applies({ state: 'in-progress' }).progress).toMatchObject({
      state: 'in-progress',
      reason: undefined,
    });
  });
});

describe('the answer to a withdrawal', () => {
  const asked = () => Story.placed().applies({ state: 'accepted' }).withdraw().send().taken();

  it('that agrees cancels the job for the reason it was withdrawn', () => {
    expect(asked().applies({ withdrawal: 'agreed' }).progress).toMatchObject({
      state: 'cancelled',
      withdrawal: 'agreed',
      reason: 'withdrawn-by-applicant',
    });
  });

  it('may be given by cancelling the job', () => {
    expect(asked().applies({ state: 'cancelled' }).progress).toMatchObject({
      withdrawal: 'agreed',
      reason: 'withdrawn-by-applicant',
    });
  });

  it('that refuses changes no state and is not asked again', () => {
    const story = asked().applies({ withdrawal: 'refused', reason: 'withdrawal-too-late' });
    expect(story.progress).toMatchObject({
      state: 'accepted',
      withdrawal: 'refused',
      withdrawalReason: 'withdrawal-too-late',
    });
    expect(story.operation).toMatchObject({ kind: 'withdraw', status: 'delivered' });
  });

  it('is heard also where the job has ended meanwhile', () => {
    const story = asked().applies({ state: 'completed' }).applies({ withdrawal: 'refused' });
    expect(story.progress).toMatchObject({ state: 'completed', withdrawal: 'refused' });
  });

  it('that refuses what nobody asked is kept and not applied', () => {
    expect(Story.placed().reports({ withdrawal: 'refused' })).toBe('not-allowed');
  });
});

describe('a superseded attempt', () => {
  it('speaks for the job no more, and is not taken for its end', () => {
    const story = Story.placed().reroute().send(1).taken({}, 1).applies({ withdrawal: 'agreed' }, 1);
    expect(story.at(1)).toMatchObject({ state: 'cancelled', reason: 'rerouted' });
    expect(story.progress).toMatchObject({ attempt: 2, state: 'placed', withdrawal: 'none' });
  });

  it.each(['completed', 'partly-completed'] as const)('that is %s becomes a finding', (state) => {
    const story = Story.placed().reroute().applies({ state }, 1);
    expect(story.findings).toEqual(['superseded-completed']);
    expect(story.progress).toMatchObject({ attempt: 2, state: 'placed' });
  });

  it('that refuses its withdrawal becomes a finding', () => {
    const story = Story.placed().reroute().send(1).taken({}, 1).applies({ withdrawal: 'refused' }, 1);
    expect(story.findings).toEqual(['superseded-withdrawal-refused']);
  });
});
