import { aJobDossier, Story } from './story.mother.js';

describe('the next operation', () => {
  it('is to place what is wanted', () => {
    const { operation } = new Story().want();
    expect(operation).toMatchObject({ kind: 'place', status: 'pending', seq: 1, body: { version: 1 } });
  });

  it('is to correct what has changed since the provider was told', () => {
    const story = Story.placed().amend();
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'pending', seq: 2 });
  });

  it('is none where the provider knows all, in whatever order the fields stand', () => {
    const { fields, ...rest } = aJobDossier();
    const story = Story.placed().want({ dossier: { fields, ...rest } });
    expect(story.operation).toMatchObject({ kind: 'place', status: 'delivered' });
  });

  it('is to withdraw what is wanted no more', () => {
    const story = Story.placed().withdraw();
    expect(story.operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
    expect(story.placement).toMatchObject({ withdrawal: 'asked', state: 'placed' });
  });

  it.each(['sending', 'unknown'] as const)('waits while another is %s', (status) => {
    const story = new Story().want().send();
    if (status === 'unknown') story.unknown();
    const { id } = story.operation;
    story.amend();
    expect(story.operation).toMatchObject({ id, kind: 'place', status });
    if (status === 'unknown') story.send();
    story.taken();
    expect(story.operation).toMatchObject({ kind: 'correct', seq: 2, status: 'pending' });
  });

  it('gathers every desired that came meanwhile', () => {
    const story = new Story().want().send().amend('one').amend('two').amend('three').taken();
    expect(story.send().operation.body).toMatchObject({
      version: 4,
      dossier: { fields: { usage: 'three' } },
    });
    expect(story.taken().operation).toMatchObject({ kind: 'correct', status: 'delivered', seq: 2 });
  });

  it('keeps operations one at a time, the earlier ones closed', () => {
    const story = Story.placed().amend();
    expect(story.placement.closed).toMatchObject([{ kind: 'place', status: 'delivered' }]);
  });
});

describe('a body', () => {
  it('is frozen when it is first sent, whatever is wanted later', () => {
    const story = new Story().want().send().amend('later').unknown();
    expect(story.send().operation.body).toMatchObject({ version: 1, dossier: aJobDossier() });
  });

  it('is what is wanted now where it surely was not sent', () => {
    const story = new Story().want().send().notSent().amend('newest');
    const { id } = story.operation;
    expect(story.send().operation).toMatchObject({ id, kind: 'place', version: 2 });
    expect(story.operation.body).toMatchObject({ dossier: { fields: { usage: 'newest' } } });
  });

  it('stays frozen after an unknown outcome, even when a later try surely was not sent', () => {
    const story = new Story().want().send().unknown().send().notSent().amend();
    expect(story.send().operation.body).toMatchObject({ version: 1 });
  });

  it('is what is wanted now where a look-up found that the provider has none', () => {
    const story = new Story().want().send().unknown().amend('newest').send().comesTo({ kind: 'absent' });
    expect(story.operation).toMatchObject({ kind: 'place', outcomeUnknown: false });
    expect(story.send().operation.body).toMatchObject({ dossier: { fields: { usage: 'newest' } } });
  });
});

describe('a final refusal', () => {
  it('closes the version that was refused: it is not derived again', () => {
    const story = Story.placed().amend().send().refused('too-late');
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'refused' });
    story.applies({ state: 'accepted' });
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'refused' });
  });

  it('does not close a newer version', () => {
    const story = Story.placed().amend('one').send().refused().amend('two');
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'pending', seq: 3 });
  });

  it('of a correction does not keep a re-route from withdrawing there', () => {
    const story = Story.placed().amend().send().refused().reroute();
    expect(story.at(1).operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
  });

  it('of a withdrawal stands, and what changes later is told as a correction', () => {
    const story = Story.placed().withdraw().send().refused('withdrawal-too-late');
    expect(story.placement).toMatchObject({ withdrawal: 'refused', withdrawalReason: 'withdrawal-too-late' });
    story.want({ cancelReason: 'withdrawn-by-applicant', dossier: aJobDossier({ fields: {} }) });
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'pending' });
    expect(story.send().taken().operation).toMatchObject({ kind: 'correct', status: 'delivered' });
  });
});

describe('a parked operation', () => {
  it('that was never sent is dropped for a newer version', () => {
    const story = new Story().want().park('notSent').amend();
    expect(story.placement.closed).toMatchObject([{ kind: 'place', status: 'dropped' }]);
    expect(story.operation).toMatchObject({ kind: 'place', status: 'pending', tries: 0, seq: 2 });
  });

  it('that was perhaps sent is settled first, with the same id and body', () => {
    const story = new Story().want().park('unknown');
    const { id, body } = story.operation;
    story.amend();
    expect(story.operation).toMatchObject({ id, status: 'unknown', tries: 0, owner: null });
    expect(story.operation.nextAt).toBe(story.now.toISOString());
    expect(story.send().operation.body).toEqual(body);
    expect(story.taken().operation).toMatchObject({ kind: 'correct', status: 'pending' });
  });

  it('sleeps on where the same desired comes again', () => {
    const story = new Story().want().park('unknown');
    story.want({ version: 1 });
    expect(story.operation.status).toBe('parked');
  });

  it('to withdraw is told anew for a newer version where it was never sent', () => {
    const story = Story.placed().withdraw().park('notSent').withdraw();
    expect(story.operation).toMatchObject({ kind: 'withdraw', status: 'pending', seq: 3 });
  });
});

describe('a withdrawal', () => {
  it.each(['pending', 'failing'] as const)('ends a placement that is %s and was never sent', (status) => {
    const story = new Story().want();
    if (status === 'failing') story.send().notSent();
    story.withdraw();
    expect(story.operation).toMatchObject({ kind: 'place', status: 'dropped' });
    expect(story.placement).toMatchObject({
      state: 'cancelled',
      reason: 'withdrawn-by-applicant',
      withdrawal: 'agreed',
    });
  });

  it('ends a placement that is parked and was never sent', () => {
    const story = new Story().want().park('notSent').withdraw();
    expect(story.operation.status).toBe('dropped');
    expect(story.placement.state).toBe('cancelled');
  });

  it('waits for the outcome of its placement in flight', () => {
    const story = new Story().want().send().withdraw();
    expect(story.operation).toMatchObject({ kind: 'place', status: 'sending' });
    expect(story.taken().operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
  });

  it('waits for the outcome of a placement that nobody knows', () => {
    const story = new Story().want().send().unknown().withdraw();
    expect(story.operation).toMatchObject({ kind: 'place', status: 'unknown' });
    expect(story.send().taken().operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
  });

  it('ends a placement in flight that turns out not to have been sent', () => {
    const story = new Story().want().send().withdraw().notSent();
    expect(story.placement.state).toBe('cancelled');
    expect(story.operation.status).toBe('dropped');
  });

  it('ends a placement that a look-up found to be absent', () => {
    const story = new Story().want().send().unknown().withdraw().send().comesTo({ kind: 'absent' });
    expect(story.placement.state).toBe('cancelled');
    expect(story.operation).toMatchObject({ kind: 'place', status: 'dropped' });
  });

  it('takes the place of a correction that was never sent', () => {
    const story = Story.placed().amend().withdraw();
    expect(story.placement.closed.map(({ kind, status }) => [kind, status])).toEqual([
      ['place', 'delivered'],
      ['correct', 'dropped'],
    ]);
    expect(story.operation).toMatchObject({ kind: 'withdraw', status: 'pending' });
  });

  it('is asked once: while the answer is outstanding nothing more is told', () => {
    const story = Story.placed().withdraw().send().taken().withdraw();
    expect(story.operation).toMatchObject({ kind: 'withdraw', status: 'delivered' });
    expect(story.placement.withdrawal).toBe('asked');
  });

  it('that is first heard of together with its job is never placed', () => {
    const story = new Story().want({ cancelReason: 'withdrawn-by-applicant' });
    expect(story.placement).toMatchObject({ state: 'cancelled', operation: null });
  });
});

describe('a job that has ended', () => {
  it('is told nothing more', () => {
    const story = Story.placed().applies({ state: 'completed' }).amend();
    expect(story.operation).toMatchObject({ kind: 'place', status: 'delivered' });
  });

  it('drops a correction that was never sent', () => {
    const story = Story.placed().amend().applies({ state: 'completed' });
    expect(story.operation).toMatchObject({ kind: 'correct', status: 'dropped' });
  });

  it('takes a withdrawal that was never sent as too late', () => {
    const story = Story.placed().withdraw().applies({ state: 'completed' });
    expect(story.operation).toMatchObject({ kind: 'withdraw', status: 'dropped' });
    expect(story.placement).toMatchObject({
      state: 'completed',
      withdrawal: 'refused',
      withdrawalReason: 'withdrawal-too-late',
    });
  });

  it('still settles what was perhaps sent', () => {
    const story = Story.placed().amend().send().unknown().applies({ state: 'completed' });
    expect(story.operation.status).toBe('unknown');
    expect(story.send().taken().operation.status).toBe('delivered');
  });
});
