import { TERMINAL_STATES } from '@lianban/contracts';
import { InvalidForm, NoSuchThing } from '@lianban/service-kit';
import { FileStory, noonOf } from './file.mother.js';
import { AlreadyEnded, reroute } from './reroute.js';

const heldByHall = { state: 'held', reason: 'not-ours', holder: 'hall', dueDate: '2026-05-20' } as const;

describe('a re-route', () => {
  it('is the next attempt at the other provider, wanted at once', () => {
    const story = FileStory.placed('water', 'gas').progress(heldByHall);
    reroute(story.file, 'water', 'zibo-water', 'not-ours', story.context);
    expect(story.job()).toMatchObject({
      provider: 'zibo-water',
      attempt: 2,
      state: 'placed',
      reroutedFor: 'not-ours',
      reason: null,
      holder: null,
      holderDueDate: null,
      correction: null,
    });
    expect(story.wishes.slice(2)).toMatchObject([
      { utility: 'water', provider: 'zibo-water', attempt: 2, version: 2, promisedDate: '2026-05-27' },
    ]);
    expect(story.job('gas')).toMatchObject({ provider: 'jinan-gas', attempt: 1 });
  });

  it('lets a clock that stood go on, later by the days it lost', () => {
    const story = FileStory.placed().on('2026-05-13').progress(heldByHall).on('2026-05-15');
    reroute(story.file, 'water', 'zibo-water', 'not-ours', story.context);
    expect(story.job().clock).toEqual({
      dueDate: '2026-05-29',
      provisional: false,
      stoppedOn: null,
      stops: [{ from: '2026-05-13', to: '2026-05-15' }],
      since: noonOf('2026-05-15').toISOString(),
    });
  });

  it('leaves a clock that runs as it is', () => {
    const story = FileStory.placed().on('2026-05-15');
    const before = story.job().clock;
    reroute(story.file, 'water', 'zibo-water', 'provider-silent', story.context);
    expect(story.job().clock).toBe(before);
  });

  it('of a utility that the request does not have finds nothing', () => {
    const { file, context } = FileStory.placed();
    expect(() => reroute(file, 'gas', 'zibo-gas', 'not-ours', context)).toThrow(NoSuchThing);
  });

  it.each(TERMINAL_STATES)('of a job that is %s comes too late', (state) => {
    const { file, context } = FileStory.placed().progress({ state });
    expect(() => reroute(file, 'water', 'zibo-water', 'not-ours', context)).toThrow(AlreadyEnded);
  });

  it.each([
    ['the provider that has it', 'jinan-water', 'not-ours', ['wrong-provider']],
    ["another utility's provider", 'zibo-gas', 'not-ours', ['wrong-provider']],
    ['nobody known', 'nowhere-water', 'not-ours', ['wrong-provider']],
    ['a reason the catalogue does not have', 'zibo-water', 'no-such-reason', ['unknown-reason']],
    ['everything wrong at once', 'zibo-gas', 'no-such-reason', ['wrong-provider', 'unknown-reason']],
  ])('to %s is refused and changes nothing', (_, provider, reason, codes) => {
    const { file, context, wishes } = FileStory.placed();
    const before = structuredClone(file);
    const errors = errorsOf(() => reroute(file, 'water', provider, reason, context));
    expect(errors).toEqual(codes);
    expect(file).toEqual(before);
    expect(wishes).toHaveLength(1);
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
