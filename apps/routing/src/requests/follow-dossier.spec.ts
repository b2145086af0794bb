import { TERMINAL_STATES, UTILITIES } from '@lianban/contracts';
import { aDossier, aPart, FileStory } from './file.mother.js';
import { lookAtClocks } from './look-at-clocks.js';

describe('a dossier', () => {
  it('makes each new part a job at the provider intake chose, with one wish', () => {
    const { file, wishes } = FileStory.placed(...UTILITIES);
    expect(file.jobs).toMatchObject([
      { utility: 'water', provider: 'jinan-water', attempt: 1, state: 'placed' },
      { utility: 'electricity', provider: 'jinan-electricity' },
      { utility: 'gas', provider: 'jinan-gas' },
      { utility: 'heat', provider: 'jinan-heat' },
      { utility: 'telecom', provider: 'jinan-unicom' },
    ]);
    expect(
      wishes.map(({ utility, provider, attempt, version }) => [utility, provider, attempt, version]),
    ).toEqual(file.jobs.map(({ utility, provider }) => [utility, provider, 1, 1]));
  });

  it('starts each clock at the registration, due on the promised day', () => {
    expect(FileStory.placed().job().clock).toEqual({
      dueDate: '2026-05-27',
      provisional: false,
      stoppedOn: null,
      stops: [],
      since: aDossier().registeredAt,
    });
  });

  it('that says the same again wants nothing new', () => {
    const story = FileStory.placed().dossier({ version: 2 });
    expect(story.wishes).toHaveLength(1);
    expect(story.job().wantedVersion).toBe(1);
  });

  it('that says the same in another order of its keys wants nothing new', () => {
    const { address, applicant } = aDossier();
    const turned = <T extends object>(value: T) => Object.fromEntries(Object.entries(value).reverse()) as T;
    const story = FileStory.placed().dossier({ address: turned(address), applicant: turned(applicant) });
    expect(story.wishes).toHaveLength(1);
  });

  it('that was amended makes the next version of the wish, of the touched part alone', () => {
    const story = FileStory.placed('water', 'gas');
    story.dossier({ version: 2, parts: [aPart('water', { fields: { usage: 'business' } }), aPart('gas')] });
    expect(story.wishes.slice(2)).toMatchObject([
      { utility: 'water', version: 2, dossier: { fields: { usage: 'business' } } },
    ]);
  });

  it('that holds an answer makes the next version of the wish', () => {
    const answer = {
      correctionId: '0196bd00-0000-7000-8000-0000000000c1',
      fields: {},
      materials: [],
      answeredAt: '2026-05-12T02:00:00.000Z',
    };
    const story = FileStory.placed().dossier({ version: 2, parts: [aPart('water', { answers: [answer] })] });
    expect(story.wishes.at(-1)).toMatchObject({ version: 2, dossier: { answers: [answer] } });
  });

  const withdrawn = { version: 2, parts: [aPart('water', { withdrawnFor: 'duplicate' }), aPart('gas')] };

  it('that withdraws a part wants that one no more, and says why', () => {
    const story = FileStory.placed('water', 'gas').dossier(withdrawn);
    expect(story.wishes.slice(2)).toMatchObject([
      { utility: 'water', version: 2, withdrawnFor: 'duplicate' },
    ]);
    expect(story.job('water').withdrawnByApplicant).toBe(true);
    expect(story.job('gas').withdrawnByApplicant).toBe(false);
  });

  it('that withdraws what lapsed before leaves the reason it was withdrawn for', () => {
    const story = FileStory.placed().progress({
      state: 'waiting',
      holder: 'applicant',
      dueDate: '2026-05-18',
    });
    story.on('2026-05-19');
    lookAtClocks(story.file, story.context);
    story.dossier({ version: 2, parts: [aPart('water', { withdrawnFor: 'duplicate' })] });
    expect(story.wishes.map(({ withdrawnFor }) => withdrawnFor)).toEqual([undefined, 'lapsed']);
    expect(story.job().withdrawnByApplicant).toBe(false);
  });

  it.each(TERMINAL_STATES)('changes nothing of a job that is %s', (state) => {
    const story = FileStory.placed('water', 'gas').progress({ state });
    const before = structuredClone(story.job());
    story.dossier(withdrawn);
    expect(story.job()).toEqual(before);
    expect(story.wishes).toHaveLength(2);
  });
});
