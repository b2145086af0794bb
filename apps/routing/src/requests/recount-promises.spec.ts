import { loadCatalogue } from '@lianban/catalogue';
import { NOTICE_OF_2027 } from '@lianban/testing';
import { aPart, FileStory } from './file.mother.js';
import { recountPromises } from './recount-promises.js';

const heat = (promisedDate: string) => aPart('heat', { promisedDate });

/** A heat connection asked for on 27 November 2026: thirty working days, by provisional ones until 11 January. */
const inNovember = (): FileStory =>
  new FileStory().on('2026-11-27').dossier({
    matter: 'HEAT_NEW',
    registeredAt: '2026-11-27T02:00:00.000Z',
    parts: [heat('2027-01-11')],
  });

function announce(story: FileStory): FileStory {
  const catalogue = loadCatalogue();
  catalogue.announce([NOTICE_OF_2027]);
  recountPromises(story.file, { ...story.context, catalogue });
  return story;
}

describe('promises counted anew', () => {
  it('move with the notice, and the move is kept for the applicant to be told', () => {
    const story = inNovember();
    expect(story.job('heat').clock).toMatchObject({ dueDate: '2027-01-11', provisional: true });
    expect(announce(story).job('heat')).toMatchObject({
      promisedDate: '2027-01-12',
      clock: { dueDate: '2027-01-12', provisional: false },
      promiseMoved: { from: '2027-01-11', to: '2027-01-12' },
    });
    expect(story.wishes.at(-1)).toMatchObject({ version: 2, promisedDate: '2027-01-12' });
    expect(story.wishes.at(-1)).not.toHaveProperty('promisedDateProvisional');
  });

  it('count the stops anew too', () => {
    const story = inNovember().on('2026-12-28');
    story.progress({ utility: 'heat', state: 'held', holder: 'authority' });
    story.on('2027-01-06').progress({ utility: 'heat', state: 'in-progress', holder: undefined });
    expect(story.job('heat').clock.dueDate).toBe('2027-01-19');
    expect(announce(story).job('heat').clock.dueDate).toBe('2027-01-18');
  });

  it('that rest on no new day stay, and nothing is said', () => {
    const story = FileStory.placed('water');
    const before = structuredClone(story.file);
    expect(announce(story).file).toEqual(before);
    expect(story.wishes).toHaveLength(1);
  });

  it('counted a second time by the same notice stay', () => {
    const story = announce(inNovember());
    const before = structuredClone(story.file);
    expect(announce(story).file).toEqual(before);
  });

  it('of a job that has ended stay as they were', () => {
    const story = inNovember().progress({ utility: 'heat', state: 'completed' });
    expect(announce(story).job('heat')).toMatchObject({ promisedDate: '2027-01-11', promiseMoved: null });
  });
});
