import { hasReached } from './reached.js';

const body = (...jobs: [utility: string, state: string][]): string =>
  JSON.stringify({ jobs: jobs.map(([utility, state]) => ({ utility, state })) });
const mark = { utilities: ['water', 'gas'], states: ['accepted', 'completed'] };

describe('a request', () => {
  it.each([
    [
      'has reached a mark when each of its utilities is in one of the states',
      body(['gas', 'completed'], ['water', 'accepted']),
      true,
    ],
    ['has not while one of them is in another state', body(['gas', 'completed'], ['water', 'placed']), false],
    ['has not while one of them is missing', body(['gas', 'completed']), false],
  ])('%s', (_, status, expected) => expect(hasReached(status, mark)).toBe(expected));
});
