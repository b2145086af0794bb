import { TERMINAL_STATES, HOLDERS } from '@lianban/contracts';
import { decided } from './decision-of.js';
import { aPart, aProgress, CORRECTION, FileStory, noonOf } from './file.mother.js';
import { followProgress } from './follow-progress.js';
import { lookAtClocks } from './look-at-clocks.js';
import { reroute } from './reroute.js';

const waiting = {
  state: 'waiting',
  reason: 'material-missing',
  holder: 'applicant',
  dueDate: CORRECTION.dueDate,
  correction: CORRECTION,
} as const;

describe('progress', () => {
  it('says who has the ball, why and by when', () => {
    expect(FileStory.placed().progress(waiting).job()).toMatchObject({
      state: 'waiting',
      reason: 'material-missing',
      holder: 'applicant',
      holderDueDate: CORRECTION.dueDate,
      correction: CORRECTION,
    });
  });

  it('that goes on takes the ball back', () => {
    expect(FileStory.placed().progress(waiting).progress().job()).toMatchObject({
      state: 'in-progress',
      reason: null,
      holder: null,
      holderDueDate: null,
      correction: null,
    });
  });

  it.each([
    ['older', 2],
    ['the same', 3],
  ])('whose version is %s changes nothing', (_, version) => {
    const story = FileStory.placed().progress({ version: 3 });
    const before = structuredClone(story.file);
    expect(story.progress({ ...waiting, version }).file).toEqual(before);
  });

  it('of a utility that the request does not have changes nothing', () => {
    const { file, context } = FileStory.placed();
    const before = structuredClone(file);
    followProgress(file, aProgress({ ...waiting, utility: 'gas' }), context);
    expect(file).toEqual(before);
  });

  describe('of a job that was re-routed', () => {
    const rerouted = () => {
      const story = FileStory.placed().progress({ version: 7 });
      reroute(story.file, 'water', 'zibo-water', 'not-ours', story.context);
      return story;
    };

    it('about the superseded attempt moves nothing', () => {
      const story = rerouted().progress({ attempt: 1, version: 8, state: 'completed' });
      expect(story.job()).toMatchObject({ state: 'placed', attempt: 2 });
      expect(story.file.endedAt).toBeNull();
    });

    it('about the new attempt counts, low as its version is', () => {
      const story = rerouted()
        .progress({ attempt: 1, version: 8 })
        .progress({ version: 1, state: 'accepted' });
      expect(story.job()).toMatchObject({ state: 'accepted', progress: { attempt: 2, version: 1 } });
    });

    it('about the superseded attempt after the new one is older', () => {
      const story = rerouted().progress({ version: 1 }).progress({ attempt: 1, version: 9 });
      expect(story.job().progress).toEqual({ attempt: 2, version: 1 });
    });
  });

  describe('and the clock', () => {
    it.each([
      ['waiting', 'applicant', true],
      ...HOLDERS.map((holder) => ['held', holder, holder !== 'provider'] as const),
    ] as const)('%s on the %s: it stands is %s', (state, holder, stands) => {
      const story = FileStory.placed().on('2026-05-13').progress({ state, holder, dueDate: '2026-05-20' });
      expect(story.job().clock.stoppedOn).toBe(stands ? '2026-05-13' : null);
    });

    it.each(['accepted', 'in-progress'] as const)(
      'goes on when the job is %s, later by what was lost',
      (state) => {
        const story = FileStory.placed()
          .on('2026-05-13')
          .progress(waiting)
          .on('2026-05-15')
          .progress({ state });
        expect(story.job().clock).toEqual({
          dueDate: '2026-05-29',
          provisional: false,
          stoppedOn: null,
          stops: [{ from: '2026-05-13', to: '2026-05-15' }],
          since: noonOf('2026-05-15').toISOString(),
        });
      },
    );

    it('is stopped once when the ball goes from one to another', () => {
      const story = FileStory.placed().on('2026-05-13').progress(waiting);
      story.on('2026-05-15').progress({ state: 'held', holder: 'authority', dueDate: '2026-05-22' });
      expect(story.job().clock.stoppedOn).toBe('2026-05-13');
    });

    it.each(TERMINAL_STATES)('stands for good when the job is %s', (state) => {
      expect(FileStory.placed().on('2026-05-13').progress({ state }).job().clock.stoppedOn).toBe(
        '2026-05-13',
      );
    });
  });

  describe('and a job that lapsed', () => {
    const lapsed = (): FileStory => {
      const story = FileStory.placed().progress(waiting).on('2026-05-19');
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      lookAtClocks(story.file, story.context);
      return story;
    };

    it('goes to the operator when its provider refuses to let it go', () => {
      expect(
        lapsed()
          .progress({ ...waiting, withdrawal: 'asked' })
          .job().lapsed,
      ).toBe('withdrawn');
      const story = lapsed().progress({ ...waiting, withdrawal: 'refused' });
      expect(story.job().lapsed).toBe('operator');
    });

    it('is news to everybody when that happens', () => {
      const story = lapsed().progress({ ...waiting, withdrawal: 'asked' });
      const before = decided(story.file);
      expect(decided(story.progress({ ...waiting, withdrawal: 'refused' }).file)).not.toBe(before);
    });
  });

  describe('and the end of the request', () => {
    it('comes when the last of its jobs has ended, whatever way', () => {
      const story = FileStory.placed('water', 'gas').on('2026-05-13').progress({ state: 'refused' });
      expect(story.file.endedAt).toBeNull();
      story.on('2026-05-14').progress({ utility: 'gas', state: 'completed' });
      expect(story.file.endedAt).toBe(noonOf('2026-05-14').toISOString());
    });

    it('keeps its time when more is said of an ended job', () => {
      const story = FileStory.placed().on('2026-05-13').progress({ state: 'completed' });
      story.on('2026-05-14').progress({ state: 'completed', withdrawal: 'refused' });
      expect(story.file.endedAt).toBe(noonOf('2026-05-13').toISOString());
    });
  });
});
