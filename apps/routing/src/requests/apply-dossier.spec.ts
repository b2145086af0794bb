import { TERMINAL_STATES, UTILITIES } from '@lianban/contracts';
import { aDossier, aPart, RequestStory } from './routed-request.mother.js';

describe('a dossier', () => {
  it('makes each new part a job at the provider intake chose, with one desired', () => {
    const { request, desired } = RequestStory.placed(...UTILITIES);
    expect(request.jobs).toMatchObject([
      { utility: 'water', provider: 'jinan-water', attempt: 1, state: 'placed' },
      { utility: 'electricity', provider: 'jinan-electricity' },
      { utility: 'gas', provider: 'jinan-gas' },
      { utility: 'heat', provider: 'jinan-heat' },
      { utility: 'telecom', provider: 'jinan-unicom' },
    ]);
    expect(
      desired.map(({ utility, provider, attempt, version }) => [utility, provider, attempt, version]),
    ).toEqual(request.jobs.map(({ utility, provider }) => [utility, provider, 1, 1]));
  });

  it('starts each clock at the registration, due on the promised day', () => {
    expect(RequestStory.placed().job()).toMatchObject({
      slaDate: '2026-05-27',
      slaProvisional: false,
      stoppedOn: null,
      stops: [],
      clockSince: aDossier().registeredAt,
    });
  });

  it('that says the same again wants nothing new', () => {
    const story = RequestStory.placed().dossier({ version: 2 });
    expect(story.desired).toHaveLength(1);
    expect(story.job().desiredVersion).toBe(1);
  });

  it('that says the same in another order of its keys wants nothing new', () => {
    const { address, applicant } = aDossier();
    const turned = <T extends object>(value: T) => Object.fromEntries(Object.entries(value).reverse()) as T;
    const story = RequestStory.placed().dossier({ address: turned(address), applicant: turned(applicant) });
    expect(story.desired).toHaveLength(1);
  });

  it('that was amended makes the next version of the desired, of the touched part alone', () => {
    const story = RequestStory.placed('water', 'gas');
    story.dossier({ version: 2, parts: [aPart('water', { fields: { usage: 'business' } }), aPart('gas')] });
    expect(story.desired.slice(2)).toMatchObject([
      { utility: 'water', version: 2, dossier: { fields: { usage: 'business' } } },
    ]);
  });

  it('that holds an answer makes the next version of the desired', () => {
    const answer = {
      correctionId: '0196bd00-0000-7000-8000-0000000000c1',
      fields: {},
      materials: [],
      answeredAt: '2026-05-12T02:00:00.000Z',
    };
    const story = RequestStory.placed().dossier({
      version: 2,
      parts: [aPart('water', { answers: [answer] })],
    });
    expect(story.desired.at(-1)).toMatchObject({ version: 2, dossier: { answers: [answer] } });
  });

  const withdrawn = { version: 2, parts: [aPart('water', { cancelReason: 'duplicate' }), aPart('gas')] };

  it('that withdraws a part wants that one no more, and says why', () => {
    const story = RequestStory.placed('water', 'gas').dossier(withdrawn);
    expect(story.desired.slice(2)).toMatchObject([
      { utility: 'water', version: 2, cancelReason: 'duplicate' },
    ]);
    expect(story.job('water').cancelledByApplicant).toBe(true);
    expect(story.job('gas').cancelledByApplicant).toBe(false);
  });

  it('that withdraws what lapsed before leaves the reason it was withdrawn for', () => {
    const story = RequestStory.placed().progress({
      state: 'waiting',
      holder: 'applicant',
      holderDeadline: '2026-05-18',
    });
    story.on('2026-05-19');
    story.request.enforceDeadlines(story.context);
    story.dossier({ version: 2, parts: [aPart('water', { cancelReason: 'duplicate' })] });
    expect(story.desired.map(({ cancelReason }) => cancelReason)).toEqual([undefined, 'lapsed']);
    expect(story.job().cancelledByApplicant).toBe(false);
  });

  it.each(TERMINAL_STATES)('changes nothing of a job that is %s', (state) => {
    const story = RequestStory.placed('water', 'gas').progress({ state });
    const before = structuredClone(story.job());
    story.dossier(withdrawn);
    expect(story.job()).toEqual(before);
    expect(story.desired).toHaveLength(2);
  });

  it('that is older than the last one, or comes again, changes nothing', () => {
    const story = RequestStory.placed().dossier({ parts: [aPart('water', { cancelReason: 'duplicate' })] });
    story.settle();
    story.dossier({ version: 2 }).dossier({ version: 1 });
    expect(story.settle()).toBe(false);
    expect(story.job().cancelReason).toBe('duplicate');
  });

  it('with another query code is published, also after the end', () => {
    const story = RequestStory.placed().progress({ state: 'completed' });
    story.settle();
    story.dossier({ queryCodeHash: 'f'.repeat(64) });
    expect(story.settle()).toBe(true);
    expect(story.request.publicDossier.queryCodeHash).toBe('f'.repeat(64));
    expect(story.desired).toHaveLength(1);
  });
});
