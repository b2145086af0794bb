import { planted } from './planted/planted.js';
import { simulate } from './simulate.js';
import { lineOf } from './steps.js';

const TIMEOUT_MS = 300_000;

const published = ({ failure }: Awaited<ReturnType<typeof simulate>>): string =>
  failure ? [`seed ${failure.seed}`, failure.message, ...failure.schedule.map(lineOf)].join('\n') : '';

describe('the system in simulation', () => {
  it(
    'keeps every promise over 1,000 requests',
    async () => {
      const result = await simulate({ seed: 1, requests: 1_000 });
      expect(published(result)).toBe('');
      expect(result.requests).toBe(1_000);
    },
    TIMEOUT_MS,
  );

  it('runs the same again from the same seed', async () => {
    const implementations = planted['body-thawed']!;
    const simulateOnce = () => simulate({ seed: 1001, requests: 50, implementations, shrinks: false });
    const [once, again] = [await simulateOnce(), await simulateOnce()];
    expect(once.failure).toBeDefined();
    expect(again).toEqual(once);
  });
});
