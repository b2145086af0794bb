import { planted } from './planted/planted.js';
import { PROMISES, type PromiseName } from './promises/broken.js';
import { simulate } from './simulate.js';
import { lineOf } from './steps.js';

/** Some promise that finds each planted fault; which one speaks first depends on the seed. */
const FOUND_WITHIN = 600;
const MINUTE = 60_000;

const told = ({ failure }: ReturnType<typeof simulate>): string =>
  failure ? [`seed ${failure.seed}`, failure.message, ...failure.schedule.map(lineOf)].join('\n') : '';

describe('the house in simulation', () => {
  it(
    'keeps every promise over 10,000 requests',
    () => {
      const result = simulate({ seed: 1, requests: 10_000 });
      expect(told(result)).toBe('');
      expect(result.requests).toBe(10_000);
    },
    5 * MINUTE,
  );

  it('runs the same again from the same seed', () => {
    const [once, again] = [1, 2].map(() =>
      simulate({ seed: 1001, requests: 50, ways: planted['body-thawed']!, shrinks: false }),
    );
    expect(once!.failure).toBeDefined();
    expect(again).toEqual(once);
  });
});

describe('a planted fault', () => {
  it.each(Object.keys(planted))(
    'is found: %s',
    (name) => {
      const { failure } = simulate({
        seed: 1001,
        requests: FOUND_WITHIN,
        ways: planted[name]!,
        shrinks: false,
      });
      expect(Object.keys(PROMISES)).toContain(failure?.promise satisfies PromiseName | undefined);
    },
    MINUTE,
  );

  it('is told by a schedule a person can read', () => {
    const { failure } = simulate({ seed: 1001, requests: 200, ways: planted['old-attempt-not-withdrawn']! });
    expect(failure!.schedule.length).toBeLessThan(20);
    expect(failure!.schedule.map(({ does }) => does)).toEqual(
      expect.arrayContaining(['register', 'reroute']),
    );
  });
});
