import { TERMINAL_STATES, HOLDERS, JOB_STATES, UTILITIES } from '@lianban/contracts';
import fc from 'fast-check';
import { aPart, catalogue, CORRECTION, FileStory, noonOf } from './file.mother.js';
import { lookAtClocks, nextLook } from './look-at-clocks.js';

const { calendar } = catalogue;
const waiting = { state: 'waiting', holder: 'applicant', dueDate: '2026-05-18' } as const;
const held = { state: 'held', holder: 'authority', dueDate: '2026-05-18' } as const;

function look(story: FileStory, date: string): FileStory {
  lookAtClocks(story.on(date).file, story.context);
  return story;
}

const lookOnce = (story: FileStory, date: string) => look(story, date).job();

describe('a look at the clocks', () => {
  describe('reminds a working day before the date', () => {
    it.each([
      ['of a promise', FileStory.placed, '2026-05-27', '2026-05-25', '2026-05-26'],
      ['of an answer', () => FileStory.placed().progress(waiting), '2026-05-18', '2026-05-14', '2026-05-15'],
      ['of a hold', () => FileStory.placed().progress(held), '2026-05-18', '2026-05-14', '2026-05-15'],
      [
        'that follows a holiday',
        () => FileStory.placed().progress({ ...held, dueDate: '2026-10-08' }),
        '2026-10-08',
        '2026-09-29',
        '2026-09-30',
      ],
      [
        'that follows a Sunday made up',
        () => FileStory.placed().progress({ ...held, dueDate: '2026-09-21' }),
        '2026-09-21',
        '2026-09-19',
        '2026-09-20',
      ],
    ])('%s', (_, story, due, tooEarly, inTime) => {
      expect(lookOnce(story('water'), tooEarly).remindedFor).toBeNull();
      expect(lookOnce(story('water'), inTime)).toMatchObject({ remindedFor: due, lapsed: null });
    });
  });

  describe('a working day past the date', () => {
    it('withdraws as lapsed what the applicant did not answer, once intake takes no answer any more', () => {
      const story = FileStory.placed().progress({ ...waiting, correction: CORRECTION });
      expect(lookOnce(story, '2026-05-18').lapsed).toBeNull();
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      expect(lookOnce(story, '2026-05-19')).toMatchObject({
        lapsed: 'withdrawn',
        lapsedFor: '2026-05-18',
        withdrawnFor: 'lapsed',
        withdrawnByApplicant: false,
      });
      expect(story.wishes.at(-1)).toMatchObject({ version: 2, withdrawnFor: 'lapsed' });
    });

    it('lets a correction be while intake may have an answer, however late it comes here', () => {
      const story = FileStory.placed().progress({ ...waiting, correction: CORRECTION });
      expect(lookOnce(story, '2026-06-30')).toMatchObject({ remindedFor: '2026-05-18', lapsed: null });
      expect(nextLook(story.file, calendar)).toBeNull();
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      expect(nextLook(story.file, calendar)).toBe('2026-05-19');
    });

    it('leaves alone a correction that was asked after the one that intake closed', () => {
      const correction = { ...CORRECTION, id: '0196bd00-0000-7000-8000-0000000000c9' };
      const story = FileStory.placed().progress({ ...waiting, correction });
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      expect(lookOnce(story, '2026-06-30').lapsed).toBeNull();
    });

    it('ends a limit that falls on a Saturday with the Monday', () => {
      const story = FileStory.placed().progress({ ...held, dueDate: '2026-05-16' });
      expect(lookOnce(story, '2026-05-18').lapsed).toBeNull();
      expect(lookOnce(story, '2026-05-19').lapsed).toBe('operator');
    });

    it('keeps a date in a year without a notice, stops the clock and reminds of it', () => {
      const story = FileStory.placed().progress({ ...held, dueDate: '2027-03-15' });
      expect(story.job().clock.stoppedOn).toBe('2026-05-11');
      expect(lookOnce(story, '2027-03-12').remindedFor).toBe('2027-03-15');
      expect(lookOnce(story, '2027-03-16').lapsed).toBe('operator');
    });

    it('withdraws what is held by the applicant all the same', () => {
      const story = FileStory.placed().progress({ ...held, holder: 'applicant' });
      expect(lookOnce(story, '2026-05-19')).toMatchObject({ lapsed: 'withdrawn', withdrawnFor: 'lapsed' });
    });

    it.each(HOLDERS.filter((holder) => holder !== 'applicant'))(
      'hands what the %s holds to the operator',
      (holder) => {
        const story = FileStory.placed().progress({ ...held, holder });
        expect(lookOnce(story, '2026-05-18').lapsed).toBeNull();
        expect(lookOnce(story, '2026-05-19')).toMatchObject({ lapsed: 'operator', withdrawnFor: null });
        expect(story.wishes).toHaveLength(1);
      },
    );

    it.each(['placed', 'accepted', 'in-progress'] as const)('says that a promise is overdue, %s', (state) => {
      const story = FileStory.placed().progress({ state });
      expect(lookOnce(story, '2026-05-27').lapsed).toBeNull();
      expect(lookOnce(story, '2026-05-28')).toMatchObject({ lapsed: 'overdue', lapsedFor: '2026-05-27' });
      expect(story.wishes).toHaveLength(1);
    });

    it('lets the weekend go by first', () => {
      const story = FileStory.placed().progress({ ...waiting, dueDate: '2026-05-15' });
      expect(lookOnce(story, '2026-05-17').lapsed).toBeNull();
      expect(lookOnce(story, '2026-05-18').lapsed).toBe('withdrawn');
    });

    it('leaves a withdrawal of the applicant his own', () => {
      const story = FileStory.placed().progress(waiting);
      story.dossier({ version: 2, parts: [aPart('water', { withdrawnFor: 'duplicate' })] });
      expect(lookOnce(story, '2026-05-19')).toMatchObject({ lapsed: 'withdrawn', withdrawnFor: 'duplicate' });
      expect(story.wishes).toHaveLength(2);
    });

    it('acts on a date of the applicant that is the overdue promise, too', () => {
      const story = look(FileStory.placed().progress({ state: 'placed' }), '2026-05-28');
      expect(story.job().lapsed).toBe('overdue');
      story.progress({ ...waiting, dueDate: story.job().clock.dueDate });
      expect(lookOnce(story, '2026-05-28')).toMatchObject({ lapsed: 'withdrawn', withdrawnFor: 'lapsed' });
    });

    it('hands to the operator what a provider would not let go, before the date or past it', () => {
      const withdrawn = { version: 2, parts: [aPart('water', { withdrawnFor: 'duplicate' })] };
      const story = FileStory.placed()
        .dossier(withdrawn)
        .progress({ ...waiting, withdrawal: 'refused' });
      expect(lookOnce(story, '2026-05-19').lapsed).toBe('operator');
    });
  });

  it('acts once on a date, and again on the next one', () => {
    const story = look(FileStory.placed().progress(held), '2026-05-19');
    const before = structuredClone(story.file);
    expect(look(story, '2026-05-22').file).toEqual(before);
    story.progress({ ...held, dueDate: '2026-05-25' });
    expect(lookOnce(story, '2026-05-22').remindedFor).toBe('2026-05-25');
    expect(lookOnce(story, '2026-05-26').lapsedFor).toBe('2026-05-25');
  });

  it('keeps the promise for one who was given no date, so that nothing waits for ever', () => {
    const story = FileStory.placed().progress({ state: 'waiting', holder: 'applicant' });
    expect(lookOnce(story, '2026-05-28').lapsed).toBe('withdrawn');
  });

  it.each(TERMINAL_STATES)('leaves alone what is %s', (state) => {
    const story = FileStory.placed().progress({ state });
    const before = structuredClone(story.file);
    expect(nextLook(story.file, calendar)).toBeNull();
    expect(look(story, '2026-06-30').file).toEqual(before);
  });
});

const dateFrom = (date: string, days: number): string =>
  new Date(noonOf(date).getTime() + days * 86_400_000).toISOString().slice(0, 10);
const anyDate = fc.integer({ min: 0, max: 160 }).map((days) => dateFrom('2026-05-11', days));
const anyStep = fc.record({
  utility: fc.constantFrom(...UTILITIES),
  state: fc.constantFrom(...JOB_STATES),
  holder: fc.constantFrom(...HOLDERS),
  dueDate: fc.option(anyDate, { nil: undefined }),
});

describe('the next look', () => {
  it('is the first date on which looking changes something, until nothing is left to do', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 8 }), anyDate, (steps, lookedOn) => {
        const story = FileStory.placed(...UTILITIES);
        for (const step of steps) story.progress(step as Parameters<FileStory['progress']>[0]);
        look(story, lookedOn);
        for (let date = nextLook(story.file, calendar); date; date = nextLook(story.file, calendar)) {
          const before = structuredClone(story.file);
          expect(look(story, dateFrom(date, -1)).file).toEqual(before);
          expect(look(story, date).file).not.toEqual(before);
        }
        const before = structuredClone(story.file);
        expect(look(story, '2026-12-31').file).toEqual(before);
      }),
    );
  });
});
