import { loadCatalogue } from '@lianban/catalogue';
import { NOTICE_OF_2027 } from '@lianban/testing';
import { aPart, RequestStory } from './routed-request.mother.js';

const heat = (promisedDate: string) => aPart('heat', { promisedDate });

/** A heat connection asked for on 27 November 2026: thirty working days, by provisional ones until 11 January. */
const inNovember = (): RequestStory =>
  new RequestStory().on('2026-11-27').dossier({
    matter: 'HEAT_NEW',
    registeredAt: '2026-11-27T02:00:00.000Z',
    parts: [heat('2027-01-11')],
  });

function announce(story: RequestStory): RequestStory {
  const catalogue = loadCatalogue();
  catalogue.announce([NOTICE_OF_2027]);
  story.request.recountPromises({ ...story.context, catalogue });
  return story;
}

describe('promises counted anew', () => {
  it('move with the notice, and the move is kept for the applicant to be told', () => {
    const story = inNovember();
    expect(story.job('heat')).toMatchObject({ slaDate: '2027-01-11', slaProvisional: true });
    expect(announce(story).job('heat')).toMatchObject({
      promisedDate: '2027-01-12',
      slaDate: '2027-01-12',
      slaProvisional: false,
    });
    expect(story.request.facts.at(-1)).toMatchObject({
      kind: 'promise-moved',
      moved: [{ utility: 'heat', date: '2027-01-12' }],
    });
    expect(story.desired.at(-1)).toMatchObject({ version: 2, promisedDate: '2027-01-12' });
    expect(story.desired.at(-1)).not.toHaveProperty('promisedDateProvisional');
  });

  it('count the stops anew too', () => {
    const story = inNovember().on('2026-12-28');
    story.progress({ utility: 'heat', state: 'held', holder: 'authority' });
    story.on('2027-01-06').progress({ utility: 'heat', state: 'in-progress', holder: undefined });
    expect(story.job('heat').slaDate).toBe('2027-01-19');
    expect(announce(story).job('heat').slaDate).toBe('2027-01-18');
  });

  it('that rest on no new day stay, and nothing is said', () => {
    const story = RequestStory.placed('water');
    const before = structuredClone(story.request);
    expect(announce(story).request).toEqual(before);
    expect(story.desired).toHaveLength(1);
  });

  it('counted a second time by the same notice stay', () => {
    const story = announce(inNovember());
    const before = structuredClone(story.request);
    expect(announce(story).request).toEqual(before);
  });

  it('of a job that has ended stay as they were', () => {
    const story = inNovember().progress({ utility: 'heat', state: 'completed' });
    expect(announce(story).job('heat')).toMatchObject({ promisedDate: '2027-01-11' });
    expect(story.factIds).not.toContainEqual(expect.stringContaining('promise-moved'));
  });
});
