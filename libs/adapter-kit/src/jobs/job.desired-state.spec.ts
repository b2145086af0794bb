import { aJobDossier, anAnswerTo, Story } from './story.mother.js';

describe('a desired', () => {
  it('that is older or the same changes nothing', () => {
    const story = Story.placed().amend().send().taken();
    const before = JSON.stringify(story.job);
    story.want({ version: 1, cancelReason: 'lapsed' });
    story.want({ version: 2, dossier: aJobDossier() });
    expect(JSON.stringify(story.job)).toBe(before);
  });

  it('of an earlier attempt that comes late places nothing', () => {
    const story = new Story().want({ attempt: 2, version: 2 }).want({ attempt: 1, version: 1 });
    expect(story.job.placements).toMatchObject([{ attempt: 2, provider: 'zibo-gas' }]);
  });
});

describe('a re-route', () => {
  it('is placed at once, and the old provider is withdrawn on its own', () => {
    const story = Story.placed().reroute();
    expect(story.at(2)).toMatchObject({
      provider: 'zibo-gas',
      operation: { kind: 'place', status: 'pending' },
    });
    expect(story.at(1)).toMatchObject({
      superseded: true,
      withdrawal: 'asked',
      operation: { kind: 'withdraw', status: 'pending' },
    });
  });

  it.each(['sending', 'unknown'] as const)('does not wait for an old placement that is %s', (status) => {
    const story = new Story().want().send();
    if (status === 'unknown') story.unknown();
    story.reroute();
    expect(story.at(2).operation).toMatchObject({ kind: 'place', status: 'pending' });
    expect(story.at(1).operation).toMatchObject({ kind: 'place', status });
  });

  it('ends an old placement that was never sent', () => {
    const story = new Story().want().park('notSent').reroute();
    expect(story.at(1)).toMatchObject({
      state: 'cancelled',
      reason: 'rerouted',
      operation: { status: 'dropped' },
    });
    expect(story.at(2).operation).toMatchObject({ kind: 'place', status: 'pending' });
  });

  it('wakes an old placement that is parked and was perhaps sent', () => {
    const story = new Story().want().park('unknown').reroute();
    expect(story.at(1).operation).toMatchObject({ kind: 'place', status: 'unknown' });
  });

  it('wakes the parked withdrawal of an old placement', () => {
    const story = Story.placed().withdraw().park('unknown').reroute();
    expect(story.at(1).operation).toMatchObject({ kind: 'withdraw', status: 'unknown' });
  });

  it('asks nobody to let go what the workbench gave back', () => {
    const givenBack = { state: 'held', reason: 'not-ours' } as const;
    const story = new Story().want({ provider: 'weihai-gas' }).send().taken().applies(givenBack).reroute();
    expect(story.at(1)).toMatchObject({
      ...{ state: 'cancelled', reason: 'rerouted', withdrawal: 'agreed', holder: null },
      operation: { kind: 'place', status: 'delivered' },
    });
    expect(story.progress).toMatchObject({ attempt: 2, state: 'placed', withdrawal: 'none' });
    const system = Story.placed().applies(givenBack).reroute();
    expect(system.at(1)).toMatchObject({
      state: 'held',
      withdrawal: 'asked',
      operation: { kind: 'withdraw' },
    });
    const other = new Story().want({ provider: 'weihai-gas' }).send().taken().reroute();
    expect(other.at(1)).toMatchObject({ state: 'placed', withdrawal: 'asked' });
  });

  it('tells the old provider why', () => {
    const story = Story.placed().reroute().send(1);
    expect(story.at(1).operation!.body).toMatchObject({ kind: 'withdraw', reason: 'rerouted', attempt: 1 });
  });

  it('leaves the old provider no corrections', () => {
    const story = Story.placed().reroute().send(1).refused('withdrawal-too-late', 1).amend();
    expect(story.at(1).operation).toMatchObject({ kind: 'withdraw', status: 'refused' });
    expect(story.at(2).operation).toMatchObject({ kind: 'place', status: 'pending' });
  });

  it('of a job that has ended places nothing and is published with the end reached', () => {
    const story = Story.placed().applies({ state: 'completed', reference: 'G-1' }).reroute();
    expect(story.placement).toMatchObject({ attempt: 2, operation: null });
    expect(story.progress).toMatchObject({
      attempt: 2,
      state: 'completed',
      provider: 'jinan-gas',
      delivered: true,
    });
  });
});

describe('a withdrawal of a re-routed job', () => {
  it('reaches every attempt that has not ended', () => {
    const story = Story.placed().reroute().send(1).refused('withdrawal-too-late', 1).send(2).taken({}, 2);
    story.withdraw();
    expect(story.at(1).operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
    expect(story.at(2).operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
    expect(story.send(1).at(1).operation!.body).toMatchObject({ reason: 'withdrawn-by-applicant' });
  });

  it('wakes what is parked at the old provider', () => {
    const story = Story.placed().reroute();
    while (story.at(1).operation!.status !== 'parked') story.send(1).unknown(1);
    story.withdraw();
    expect(story.at(1).operation).toMatchObject({ kind: 'withdraw', status: 'unknown' });
  });

  it('leaves an attempt alone that has ended', () => {
    const story = Story.placed()
      .reroute()
      .send(1)
      .taken({}, 1)
      .applies({ withdrawal: 'agreed' }, 1)
      .withdraw();
    expect(story.at(1)).toMatchObject({ state: 'cancelled', operation: { status: 'delivered' } });
  });
});

describe('an answered correction', () => {
  const asking = (story = Story.placed()) =>
    story.applies({ state: 'waiting', reason: 'material-unclear', correction: { items: ['PROPERTY_CERT'] } });
  const askingFor = (items: string[]) =>
    Story.placed().applies({ state: 'waiting', reason: 'material-unclear', correction: { items } });
  const answered = (story: Story) =>
    story.want({
      dossier: aJobDossier({ answers: [anAnswerTo(story.placement.correction!.id, 'PROPERTY_CERT')] }),
    });

  it('leaves waiting when it is taken in, before anybody has told the provider', () => {
    const story = answered(asking());
    expect(story.placement).toMatchObject({
      state: 'placed',
      reason: null,
      holder: null,
      holderDeadline: null,
      correction: null,
    });
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'pending' });
  });

  it('goes back to the furthest state that the job had reached', () => {
    expect(answered(asking(Story.placed().applies({ state: 'in-progress' }))).placement.state).toBe(
      'in-progress',
    );
    expect(answered(asking(Story.placed().applies({ state: 'accepted' }))).placement.state).toBe('accepted');
  });

  it('of another correction leaves the job waiting', () => {
    const story = asking();
    story.want({
      dossier: aJobDossier({
        answers: [anAnswerTo('0193a1b2-0000-7000-9000-00000000ffff', 'PROPERTY_CERT')],
      }),
    });
    expect(story.placement).toMatchObject({ state: 'waiting', holder: 'applicant' });
  });

  it('fits also when the provider has asked for the same once more', () => {
    const story = asking();
    const { id } = story.placement.correction!;
    asking(story.later());
    expect(story.placement.correction!.id).toBe(id);
  });

  it('that supplies a part leaves the rest open, under the same id', () => {
    const story = askingFor(['PROPERTY_CERT', 'fields.appliances']);
    const { id } = story.placement.correction!;
    story.want({ dossier: aJobDossier({ answers: [anAnswerTo(id, 'PROPERTY_CERT')] }) });
    expect(story.progress).toMatchObject({
      state: 'waiting',
      correction: { id, items: ['fields.appliances'] },
    });
    const appliances = { ...anAnswerTo(id), fields: { appliances: 3 } };
    story.want({ dossier: aJobDossier({ answers: [anAnswerTo(id, 'PROPERTY_CERT'), appliances] }) });
    expect(story.progress.state).toBe('placed');
    expect(story.progress.correction).toBeUndefined();
  });

  it('in part is kept when the provider asks for all of it once more', () => {
    const items = ['PROPERTY_CERT', 'ID_CARD'];
    const story = askingFor(items);
    const { id } = story.placement.correction!;
    story.want({ dossier: aJobDossier({ answers: [anAnswerTo(id, 'ID_CARD')] }) });
    story.later().applies({ state: 'waiting', reason: 'material-unclear', correction: { items } });
    expect(story.placement.correction).toMatchObject({ id, items: ['PROPERTY_CERT'] });
  });

  it('that confirms a reason leaves waiting', () => {
    const story = Story.placed().applies({ state: 'waiting', reason: 'arrears' });
    const { id, items } = story.placement.correction!;
    expect(items).toEqual(['arrears']);
    story.want({ dossier: aJobDossier({ answers: [{ ...anAnswerTo(id), confirmed: ['arrears'] }] }) });
    expect(story.placement.state).toBe('placed');
  });

  it('does not fit another that took its place, which names it', () => {
    const story = askingFor(['PROPERTY_CERT']);
    const { id } = story.placement.correction!;
    story
      .later()
      .applies({ state: 'waiting', reason: 'material-unclear', correction: { items: ['ID_CARD'] } });
    expect(story.placement.correction).toMatchObject({ items: ['ID_CARD'], replaces: [id] });
    story.want({ dossier: aJobDossier({ answers: [anAnswerTo(id, 'PROPERTY_CERT')] }) });
    expect(story.placement.state).toBe('waiting');
  });

  it('does not fit what the provider asks for next', () => {
    const story = answered(asking());
    const { correctionId } = story.placement.desired.dossier.answers[0]!;
    asking(story.later());
    expect(story.placement.state).toBe('waiting');
    expect(story.placement.correction!.id).not.toBe(correctionId);
  });
});

describe('a desired for a provider that the catalogue does not have', () => {
  const lost = () => new Story().want({ provider: 'nobody-gas' });

  it.each(['nobody-gas', 'jinan-water'])(
    'is parked with an owner at once, as %s is told by nobody',
    (provider) => {
      const { operation, progress } = new Story().want({ provider });
      expect(operation).toMatchObject({
        status: 'parked',
        owner: 'operator',
        lastError: expect.stringContaining(provider),
      });
      expect(progress.operation).toMatchObject({ delivery: 'parked' });
    },
  );

  it('is parked again where an operator tries it again', () => {
    const story = lost();
    story.job.retryOperation(story.operation.id, story.context);
    expect(story.operation).toMatchObject({ status: 'parked', owner: 'operator' });
  });

  it('gives way to a re-route', () => {
    const story = lost().reroute({ provider: 'jinan-gas' });
    expect(story.at(1)).toMatchObject({ state: 'cancelled', reason: 'rerouted' });
    expect(story.send().taken().progress).toMatchObject({ attempt: 2, delivered: true });
  });
});
