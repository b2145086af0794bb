import { readDay } from '../pages/staff/shell/read-day.js';

describe('a day that is typed', () => {
  it.each(['20261208', '2026-12-8', '2026.12.08', '2026/12/8', '2026年12月8日', ' 2026-12-08 '])(
    'is understood as %j',
    (typed) => expect(readDay(typed)).toBe('2026-12-08'),
  );

  it.each(['', 'tomorrow', '12-08'])('stays as it is where it is none: %j', (typed) =>
    expect(readDay(typed)).toBe(typed),
  );
});
