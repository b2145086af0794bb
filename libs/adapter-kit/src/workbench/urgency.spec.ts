import { loadCatalogue } from '@lianban/catalogue';
import { urgencyOf } from './urgency.js';

const { calendar } = loadCatalogue();

describe('a lamp', () => {
  it.each([
    ['2026-11-25', 'green', 3],
    ['2026-11-27', 'yellow', 1],
    ['2026-11-28', 'yellow', 1],
    ['2026-11-30', 'yellow', 0],
    ['2026-12-01', 'red', -1],
  ])('on %s is %s for a job that is due on Monday 2026-11-30', (today, lamp, workingDaysLeft) => {
    expect(urgencyOf('2026-11-30', today, calendar)).toEqual({ lamp, workingDaysLeft });
  });
});
