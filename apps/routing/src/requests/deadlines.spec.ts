import { TERMINAL_STATES, HOLDERS, JOB_STATES, UTILITIES } from '@lianban/contracts';
import fc from 'fast-check';
import { aPart, catalogue, CORRECTION, RequestStory, noonOf } from './routed-request.mother.js';
import { nextCheckDate } from './deadlines.js';

const { calendar } = catalogue;
const waiting = { state: 'waiting', holder: 'applicant', holderDeadline: '2026-05-18' } as const;
const held = { state: 'held', holder: 'authority', holderDeadline: '2026-05-18' } as const;

function look(story: RequestStory, date: string): RequestStory {
  story.on(date).request.enforceDeadlines(story.context);
  return story;
}

const lookOnce = (story: RequestStory, date: string) => look(story, date).job();

describe('the check of deadlines', () => {
  describe('reminds a working day before the date', () => {
    it.each([
      ['of a promise', RequestStory.placed, '2026-05-27', '2026-05-25', '2026-05-26'],
      [
        'of an answer',
        () => RequestStory.placed().progress(waiting),
        '2026-05-18',
        '2026-05-14',
        '2026-05-15',
      ],
      ['of a hold', () => RequestStory.placed().progress(held), '2026-05-18', '2026-05-14', '2026-05-15'],
      [
        'that follows a holiday',
        () => RequestStory.placed().progress({ ...held, holderDeadline: '2026-10-08' }),
        '2026-10-08',
        '2026-09-29',
        '2026-09-30',
      ],
      [
        'that follows a Sunday made up',
        () => RequestStory.placed().progress({ ...held, holderDeadline: '2026-09-21' }),
        '2026-09-21',
        '2026-09-19',
        '2026-09-20',
      ],
    ])('%s', (_, story, due, tooEarly, inTime) => {
      expect(lookOnce(story('water'), tooEarly).remindedOf).toBeNull();
      expect(lookOnce(story('water'), inTime)).toMatchObject({ remindedOf: due, deadlineOutcome: null });
    });
  });

  describe('a working day past the date', () => {
    it('withdraws as lapsed what the applicant did not answer, once intake takes no answer any more', () => {
      const story = RequestStory.placed().progress({ ...waiting, correction: CORRECTION });
      expect(lookOnce(story, '2026-05-18').deadlineOutcome).toBeNull();
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      expect(lookOnce(story, '2026-05-19')).toMatchObject({
        deadlineOutcome: 'auto-cancelled',
        missedDeadline: '2026-05-18',
        cancelReason: 'lapsed',
        cancelledByApplicant: false,
      });
      expect(story.desired.at(-1)).toMatchObject({ version: 2, cancelReason: 'lapsed' });
    });

    it('lets a correction be while intake may have an answer, however late it comes here', () => {
      const story = RequestStory.placed().progress({ ...waiting, correction: CORRECTION });
      expect(lookOnce(story, '2026-06-30')).toMatchObject({
        remindedOf: '2026-05-18',
        deadlineOutcome: null,
      });
      expect(nextCheckDate(story.request.jobs, calendar)).toBeNull();
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      expect(nextCheckDate(story.request.jobs, calendar)).toBe('2026-05-19');
    });

    it('leaves alone a correction that was asked after the one that intake closed', () => {
      const correction = { ...CORRECTION, id: '0196bd00-0000-7000-8000-0000000000c9' };
      const story = RequestStory.placed().progress({ ...waiting, correction });
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      expect(lookOnce(story, '2026-06-30').deadlineOutcome).toBeNull();
    });

    it('ends a limit that falls on a Saturday with the Monday', () => {
      const story = RequestStory.placed().progress({ ...held, holderDeadline: '2026-05-16' });
      expect(lookOnce(story, '2026-05-18').deadlineOutcome).toBeNull();
      expect(lookOnce(story, '2026-05-19').deadlineOutcome).toBe('escalated');
    });

    it('keeps a date in a year without a notice, stops the clock and reminds of it', () => {
      const story = RequestStory.placed().progress({ ...held, holderDeadline: '2027-03-15' });
      expect(story.job().stoppedOn).toBe('2026-05-11');
      expect(lookOnce(story, '2027-03-12').remindedOf).toBe('2027-03-15');
      expect(lookOnce(story, '2027-03-16').deadlineOutcome).toBe('escalated');
    });

    it('withdraws what is held by the applicant all the same', () => {
      const story = RequestStory.placed().progress({ ...held, holder: 'applicant' });
      expect(lookOnce(story, '2026-05-19')).toMatchObject({
        deadlineOutcome: 'auto-cancelled',
        cancelReason: 'lapsed',
      });
    });

    it.each(HOLDERS.filter((holder) => holder !== 'applicant'))(
      'hands what the %s holds to the operator',
      (holder) => {
        const story = RequestStory.placed().progress({ ...held, holder });
        expect(lookOnce(story, '2026-05-18').deadlineOutcome).toBeNull();
        expect(lookOnce(story, '2026-05-19')).toMatchObject({
          deadlineOutcome: 'escalated',
          cancelReason: null,
        });
        expect(story.desired).toHaveLength(1);
      },
    );

    it.each(['placed', 'accepted', 'in-progress'] as const)('says that a promise is overdue, %s', (state) => {
      const story = RequestStory.placed().progress({ state });
      expect(lookOnce(story, '2026-05-27').deadlineOutcome).toBeNull();
      expect(lookOnce(story, '2026-05-28')).toMatchObject({
        deadlineOutcome: 'overdue',
        missedDeadline: '2026-05-27',
      });
      expect(story.desired).toHaveLength(1);
    });

    it('lets the weekend go by first', () => {
      const story = RequestStory.placed().progress({ ...waiting, holderDeadline: '2026-05-15' });
      expect(lookOnce(story, '2026-05-17').deadlineOutcome).toBeNull();
      expect(lookOnce(story, '2026-05-18').deadlineOutcome).toBe('auto-cancelled');
    });

    it('leaves a withdrawal of the applicant his own', () => {
      const story = RequestStory.placed().progress(waiting);
      story.dossier({ version: 2, parts: [aPart('water', { cancelReason: 'duplicate' })] });
      expect(lookOnce(story, '2026-05-19')).toMatchObject({
        deadlineOutcome: 'auto-cancelled',
        cancelReason: 'duplicate',
      });
      expect(story.desired).toHaveLength(2);
    });

    it('acts on a date of the applicant that is the overdue promise, too', () => {
      const story = look(RequestStory.placed().progress({ state: 'placed' }), '2026-05-28');
      expect(story.job().deadlineOutcome).toBe('overdue');
      story.progress({ ...waiting, holderDeadline: story.job().slaDate });
      expect(lookOnce(story, '2026-05-28')).toMatchObject({
        deadlineOutcome: 'auto-cancelled',
        cancelReason: 'lapsed',
      });
    });

    it('hands to the operator what a provider would not let go, before the date or past it', () => {
      const withdrawn = { version: 2, parts: [aPart('water', { cancelReason: 'duplicate' })] };
      const story = RequestStory.placed()
        .dossier(withdrawn)
        .progress({ ...waiting, withdrawal: 'refused' });
      expect(lookOnce(story, '2026-05-19').deadlineOutcome).toBe('escalated');
    });
  });

  it('acts once on a date, and again on the next one', () => {
    const story = look(RequestStory.placed().progress(held), '2026-05-19');
    const before = structuredClone(story.request);
    expect(look(story, '2026-05-22').request).toEqual(before);
    story.progress({ ...held, holderDeadline: '2026-05-25' });
    expect(lookOnce(story, '2026-05-22').remindedOf).toBe('2026-05-25');
    expect(lookOnce(story, '2026-05-26').missedDeadline).toBe('2026-05-25');
  });

  it('keeps the promise for one who was given no date, so that nothing waits for ever', () => {
    const story = RequestStory.placed().progress({ state: 'waiting', holder: 'applicant' });
    expect(lookOnce(story, '2026-05-28').deadlineOutcome).toBe('auto-cancelled');
  });

  it.each(TERMINAL_STATES)('leaves alone what is %s', (state) => {
    const story = RequestStory.placed().progress({ state });
    const before = structuredClone(story.request);
    expect(nextCheckDate(story.request.jobs, calendar)).toBeNull();
    expect(look(story, '2026-06-30').request).toEqual(before);
  });
});

const dateFrom = (date: string, days: number): string =>
  new Date(noonOf(date).getTime() + days * 86_400_000).toISOString().slice(0, 10);
const anyDate = fc.integer({ min: 0, max: 160 }).map((days) => dateFrom('2026-05-11', days));
const anyStep = fc.record({
  utility: fc.constantFrom(...UTILITIES),
  state: fc.constantFrom(...JOB_STATES),
  holder: fc.constantFrom(...HOLDERS),
  holderDeadline: fc.option(anyDate, { nil: undefined }),
});

describe('the next check', () => {
  it('is the first date on which looking changes something, until nothing is left to do', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 8 }), anyDate, (steps, lookedOn) => {
        const story = RequestStory.placed(...UTILITIES);
        for (const step of steps) story.progress(step as Parameters<RequestStory['progress']>[0]);
        look(story, lookedOn);
        for (
          let date = nextCheckDate(story.request.jobs, calendar);
          date;
          date = nextCheckDate(story.request.jobs, calendar)
        ) {
          story.settle();
          expect(look(story, dateFrom(date, -1)).settle()).toBe(false);
          expect(look(story, date).settle()).toBe(true);
        }
        const before = structuredClone(story.request);
        expect(look(story, '2026-12-31').request).toEqual(before);
      }),
    );
  });
});
