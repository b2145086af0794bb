import { decided, decisionOf } from './decision-of.js';
import { catalogue, CORRECTION, FileStory } from './file.mother.js';
import { startClock } from './job-clock.js';
import { lookAtClocks } from './look-at-clocks.js';
import type { Job } from './request-file.js';

const { calendar } = catalogue;
const decisionIn = ({ file, now }: FileStory) => decisionOf(file, now, calendar);
const held = { state: 'held', reason: 'permit', holder: 'authority', dueDate: '2026-05-18' } as const;

function looked(story: FileStory, date: string): FileStory {
  lookAtClocks(story.on(date).file, story.context);
  return story;
}

describe('a decision', () => {
  it('tells of each job its provider, its clock and who has the ball', () => {
    const story = FileStory.placed('water', 'gas').on('2026-05-13').progress(held);
    story.file.version = 4;
    expect(decisionIn(story)).toEqual({
      requestId: story.file.requestId,
      version: 4,
      nextDueDate: '2026-05-18',
      jobs: [
        {
          utility: 'water',
          provider: 'jinan-water',
          attempt: 1,
          state: 'held',
          reason: 'permit',
          holder: 'authority',
          holderDueDate: '2026-05-18',
          clock: {
            running: false,
            since: story.now.toISOString(),
            dueDate: '2026-05-27',
            promisedDate: '2026-05-27',
            remainingDays: 10,
          },
        },
        {
          utility: 'gas',
          provider: 'jinan-gas',
          attempt: 1,
          state: 'placed',
          clock: {
            running: true,
            since: '2026-05-11T02:00:00.000Z',
            dueDate: '2026-05-27',
            promisedDate: '2026-05-27',
            remainingDays: 10,
          },
        },
      ],
    });
  });

  it('that ended says when, and has no next date', () => {
    const decision = decisionIn(FileStory.placed().progress({ state: 'completed' }));
    expect(decision.endedAt).toBe('2026-05-11T02:00:00.000Z');
    expect(decision.nextDueDate).toBeUndefined();
  });

  it('says whom a date that passed was handed to, and no more once the job has gone on', () => {
    const story = looked(FileStory.placed().progress(held), '2026-05-19');
    expect(decisionIn(story).jobs[0]!.lapsed).toBe('operator');
    expect(decisionIn(story.progress()).jobs[0]!.lapsed).toBeUndefined();
  });

  it('keeps saying that a job lapsed when that has ended it', () => {
    const story = FileStory.placed().progress({
      state: 'waiting',
      holder: 'applicant',
      dueDate: '2026-05-18',
    });
    looked(story, '2026-05-19').progress({ state: 'cancelled', reason: 'lapsed' });
    expect(decisionIn(story).jobs[0]!.lapsed).toBe('withdrawn');
  });
});

describe('a change', () => {
  it.each([
    ['placed', 'accepted'],
    ['accepted', 'in-progress'],
    ['placed', 'in-progress'],
  ] as const)('from %s to %s is not said again', (from, to) => {
    const story = FileStory.placed().progress({ state: from });
    const before = decided(story.file);
    expect(decided(story.progress({ state: to }).file)).toBe(before);
  });

  it('that comes back from the database with other keys first says nothing new', () => {
    const story = FileStory.placed().progress({ ...held, state: 'waiting', correction: CORRECTION });
    const before = decided(story.file);
    const { id, items, dueDate } = CORRECTION;
    expect(
      decided(story.progress({ ...held, state: 'waiting', correction: { dueDate, items, id } }).file),
    ).toBe(before);
  });

  const changes: [string, Partial<Job>][] = [
    ['the provider', { provider: 'zibo-water' }],
    ['the attempt', { attempt: 2 }],
    ['a stop', { state: 'waiting' }],
    ['an end', { state: 'completed' }],
    ['the clock', { clock: startClock('2026-05-28', '2026-05-11T02:00:00.000Z', catalogue.calendar) }],
    ['the holder', { holder: 'hall' }],
    ['the reason', { reason: 'permit' }],
    ["the holder's date", { holderDueDate: '2026-05-20' }],
    ['a correction', { correction: CORRECTION }],
    ['a reminder', { remindedFor: '2026-05-27' }],
    ['a date that passed', { lapsed: 'overdue', lapsedFor: '2026-05-27' }],
    ['a withdrawal by the applicant', { withdrawnByApplicant: true }],
    ['why it was re-routed', { reroutedFor: 'not-ours' }],
    [
      'a promise that moved',
      { promiseMoved: { catalogueVersion: 'b', from: '2026-05-27', to: '2026-05-28' } },
    ],
  ];
  it.each(changes)('of %s is said', (_, change) => {
    const { file } = FileStory.placed();
    const before = decided(file);
    Object.assign(file.jobs[0]!, change);
    expect(decided(file)).not.toBe(before);
  });

  it.each([
    ['id', { ...CORRECTION, id: '0196bd00-0000-7000-8000-0000000000c2' }],
    ['items', { ...CORRECTION, items: ['PROPERTY_CERT'] }],
    ['date', { ...CORRECTION, dueDate: '2026-05-20' }],
  ])("of a correction's %s is said", (_, correction) => {
    const { file } = FileStory.placed().progress({ state: 'waiting', correction: CORRECTION });
    const before = decided(file);
    file.jobs[0]!.correction = correction;
    expect(decided(file)).not.toBe(before);
  });

  it('that adds a job, or ends the request, is said', () => {
    const { file } = FileStory.placed();
    const before = decided(file);
    expect(decided(FileStory.placed('water', 'gas').file)).not.toBe(before);
    expect(decided({ ...file, endedAt: '2026-05-12T02:00:00.000Z' })).not.toBe(before);
  });
});
