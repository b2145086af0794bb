import { TERMINAL_STATES, HOLDERS } from '@lianban/contracts';
import {
  aPart,
  aProgress,
  CORRECTION,
  noonOf,
  REGISTERED_AT,
  RequestStory,
} from './routed-request.mother.js';

const waiting = {
  state: 'waiting',
  reason: 'material-missing',
  holder: 'applicant',
  holderDeadline: CORRECTION.deadline,
  correction: CORRECTION,
} as const;

describe('progress', () => {
  it('says who has the ball, why and by when', () => {
    expect(RequestStory.placed().progress(waiting).job()).toMatchObject({
      state: 'waiting',
      reason: 'material-missing',
      holder: 'applicant',
      holderDeadline: CORRECTION.deadline,
      correction: CORRECTION,
    });
  });

  it('that goes on takes the ball back', () => {
    expect(RequestStory.placed().progress(waiting).progress().job()).toMatchObject({
      state: 'in-progress',
      reason: null,
      holder: null,
      holderDeadline: null,
      correction: null,
    });
  });

  it.each([
    ['older', 2],
    ['the same', 3],
  ])('whose version is %s changes nothing', (_, version) => {
    const story = RequestStory.placed().progress({ version: 3 });
    const before = structuredClone(story.request);
    expect(story.progress({ ...waiting, version }).request).toEqual(before);
  });

  it('of a utility that the request does not have changes nothing', () => {
    const { request, context } = RequestStory.placed();
    const before = structuredClone(request);
    request.applyProgress(aProgress({ ...waiting, utility: 'gas' }), context);
    expect(structuredClone(request)).toEqual(before);
  });

  describe('of a job that was re-routed', () => {
    const rerouted = () => {
      const story = RequestStory.placed().progress({ version: 7 });
      story.request.reroute('water', 'zibo-water', 'not-ours', story.context);
      return story;
    };

    it('about the superseded attempt moves nothing', () => {
      const story = rerouted().progress({ attempt: 1, version: 8, state: 'completed' });
      expect(story.job()).toMatchObject({ state: 'placed', attempt: 2 });
      expect(story.request.endedAt).toBeNull();
    });

    it('about the new attempt counts, low as its version is', () => {
      const story = rerouted()
        .progress({ attempt: 1, version: 8 })
        .progress({ version: 1, state: 'accepted' });
      expect(story.job()).toMatchObject({ state: 'accepted', progressVersion: 1 });
    });

    it('about the superseded attempt after the new one is older', () => {
      const story = rerouted().progress({ version: 1 }).progress({ attempt: 1, version: 9 });
      expect(story.job()).toMatchObject({ attempt: 2, progressVersion: 1 });
    });
  });

  describe('and the clock', () => {
    it.each([
      ['waiting', 'applicant', true],
      ...HOLDERS.map((holder) => ['held', holder, holder !== 'provider'] as const),
    ] as const)('%s on the %s: it stands is %s', (state, holder, stands) => {
      const story = RequestStory.placed()
        .on('2026-05-13')
        .progress({ state, holder, holderDeadline: '2026-05-20' });
      expect(story.job().stoppedOn).toBe(stands ? '2026-05-13' : null);
    });

    it.each(['accepted', 'in-progress'] as const)(
      'goes on when the job is %s, later by what was lost',
      (state) => {
        const story = RequestStory.placed()
          .on('2026-05-13')
          .progress(waiting)
          .on('2026-05-15')
          .progress({ state });
        expect(story.job()).toMatchObject({
          slaDate: '2026-05-29',
          slaProvisional: false,
          stoppedOn: null,
          stops: [{ from: '2026-05-13', to: '2026-05-15' }],
          clockSince: noonOf('2026-05-15').toISOString(),
        });
      },
    );

    it('is stopped once when the ball goes from one to another', () => {
      const story = RequestStory.placed().on('2026-05-13').progress(waiting);
      story.on('2026-05-15').progress({ state: 'held', holder: 'authority', holderDeadline: '2026-05-22' });
      expect(story.job().stoppedOn).toBe('2026-05-13');
    });

    it.each(TERMINAL_STATES)('stands for good when the job is %s', (state) => {
      expect(RequestStory.placed().on('2026-05-13').progress({ state }).job().stoppedOn).toBe('2026-05-13');
    });
  });

  describe('and a job that lapsed', () => {
    const lapsed = (): RequestStory => {
      const story = RequestStory.placed().progress(waiting).on('2026-05-19');
      story.dossier({ version: 2, parts: [aPart('water', { closedCorrections: [CORRECTION.id] })] });
      story.request.enforceDeadlines(story.context);
      return story;
    };

    it('goes to the operator when its provider refuses to let it go', () => {
      expect(
        lapsed()
          .progress({ ...waiting, withdrawal: 'asked' })
          .job().deadlineOutcome,
      ).toBe('auto-cancelled');
      const story = lapsed().progress({ ...waiting, withdrawal: 'refused' });
      expect(story.job().deadlineOutcome).toBe('escalated');
    });

    it('is published when that happens', () => {
      const story = lapsed().progress({ ...waiting, withdrawal: 'asked' });
      story.settle();
      expect(story.progress({ ...waiting, withdrawal: 'refused' }).settle()).toBe(true);
    });
  });

  describe('and the end of the request', () => {
    it('comes when the last of its jobs has ended, whatever way', () => {
      const story = RequestStory.placed('water', 'gas').on('2026-05-13').progress({ state: 'refused' });
      expect(story.request.endedAt).toBeNull();
      story.on('2026-05-14').progress({ utility: 'gas', state: 'completed' });
      expect(story.request.endedAt).toBe(noonOf('2026-05-14').toISOString());
    });

    it('keeps its time when more is said of an ended job', () => {
      const story = RequestStory.placed().on('2026-05-13').progress({ state: 'completed' });
      story.on('2026-05-14').progress({ state: 'completed', withdrawal: 'refused' });
      expect(story.request.endedAt).toBe(noonOf('2026-05-13').toISOString());
    });
  });

  it('once delivered and accepted stays so, whatever a re-route begins anew', () => {
    const story = RequestStory.placed().progress({ state: 'accepted' });
    story.request.reroute('water', 'zibo-water', 'provider-silent', story.context);
    story.progress({ state: 'placed', delivered: false, accepted: false });
    expect(story.job()).toMatchObject({ attempt: 2, state: 'placed', delivered: true, accepted: true });
  });

  it('adds each fact once, in the order in which it became known', () => {
    const accepted = { id: 'accepted:water', kind: 'accepted', at: REGISTERED_AT, utility: 'water' } as const;
    const completed = { ...accepted, id: 'completed:water', kind: 'completed' } as const;
    const story = RequestStory.placed().progress({ facts: [accepted] });
    story.progress({ state: 'completed', facts: [accepted, completed] });
    expect(story.factIds).toEqual(['registered', 'accepted:water', 'completed:water', 'ended']);
    expect(story.request.facts.at(-1)).toMatchObject({ outcome: 'completed' });
  });
});
