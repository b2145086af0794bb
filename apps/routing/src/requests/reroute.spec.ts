import { TERMINAL_STATES } from '@lianban/contracts';
import { InvalidForm, NotFound } from '@lianban/service-kit';
import { RequestStory, noonOf } from './routed-request.mother.js';
import { JobEnded } from './reroute.problems.js';

const heldByHall = {
  state: 'held',
  reason: 'not-ours',
  holder: 'hall',
  holderDeadline: '2026-05-20',
} as const;

describe('a re-route', () => {
  it('is the next attempt at the other provider, wanted at once', () => {
    const story = RequestStory.placed('water', 'gas').progress(heldByHall);
    story.request.reroute('water', 'zibo-water', 'not-ours', story.context);
    expect(story.job()).toMatchObject({
      provider: 'zibo-water',
      attempt: 2,
      state: 'placed',
      reroutedFor: 'not-ours',
      reason: null,
      holder: null,
      holderDeadline: null,
      correction: null,
    });
    expect(story.desired.slice(2)).toMatchObject([
      { utility: 'water', provider: 'zibo-water', attempt: 2, version: 2, promisedDate: '2026-05-27' },
    ]);
    expect(story.job('gas')).toMatchObject({ provider: 'jinan-gas', attempt: 1 });
  });

  it('lets a clock that stood go on, later by the days it lost', () => {
    const story = RequestStory.placed().on('2026-05-13').progress(heldByHall).on('2026-05-15');
    story.request.reroute('water', 'zibo-water', 'not-ours', story.context);
    expect(story.job()).toMatchObject({
      slaDate: '2026-05-29',
      slaProvisional: false,
      stoppedOn: null,
      stops: [{ from: '2026-05-13', to: '2026-05-15' }],
      clockSince: noonOf('2026-05-15').toISOString(),
    });
  });

  it('leaves a clock that runs as it is', () => {
    const story = RequestStory.placed().on('2026-05-15');
    const before = structuredClone(story.job());
    story.request.reroute('water', 'zibo-water', 'provider-silent', story.context);
    const { slaDate, stoppedOn, stops, clockSince } = before;
    expect(story.job()).toMatchObject({ slaDate, stoppedOn, stops, clockSince });
  });

  it('of a utility that the request does not have finds nothing', () => {
    const { request, context } = RequestStory.placed();
    expect(() => request.reroute('gas', 'zibo-gas', 'not-ours', context)).toThrow(NotFound);
  });

  it.each(TERMINAL_STATES)('of a job that is %s comes too late', (state) => {
    const { request, context } = RequestStory.placed().progress({ state });
    expect(() => request.reroute('water', 'zibo-water', 'not-ours', context)).toThrow(JobEnded);
  });

  it.each([
    ['the provider that has it', 'jinan-water', 'not-ours', ['wrong-provider']],
    ["another utility's provider", 'zibo-gas', 'not-ours', ['wrong-provider']],
    ['nobody known', 'nowhere-water', 'not-ours', ['wrong-provider']],
    ['a reason the catalogue does not have', 'zibo-water', 'no-such-reason', ['unknown-reason']],
    ['everything wrong at once', 'zibo-gas', 'no-such-reason', ['wrong-provider', 'unknown-reason']],
  ])('to %s is refused and changes nothing', (_, provider, reason, codes) => {
    const { request, context, desired } = RequestStory.placed();
    const before = structuredClone(request);
    const errors = errorsOf(() => request.reroute('water', provider, reason, context));
    expect(errors).toEqual(codes);
    expect(structuredClone(request)).toEqual(before);
    expect(desired).toHaveLength(1);
  });
});

function errorsOf(act: () => void): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidForm) return error.errors.map(({ code }) => code);
    throw error;
  }
  return [];
}
