import { isHours, leavesAt } from './texting-hours.js';

describe('a text', () => {
  it.each([
    ['2026-05-11T00:00:00+08:00', '2026-05-11T08:00:00+08:00'],
    ['2026-05-11T07:59:59+08:00', '2026-05-11T08:00:00+08:00'],
    ['2026-05-11T08:00:00+08:00', '2026-05-11T08:00:00+08:00'],
    ['2026-05-11T20:59:59+08:00', '2026-05-11T20:59:59+08:00'],
    ['2026-05-11T21:00:00+08:00', '2026-05-12T08:00:00+08:00'],
    ['2026-05-11T23:59:59+08:00', '2026-05-12T08:00:00+08:00'],
  ])('due at %s leaves at %s', (due, leaves) =>
    expect(leavesAt(new Date(due), '8-21')).toEqual(new Date(leaves)),
  );

  it('leaves at any time where the hours are the whole day', () => {
    const due = new Date('2026-05-11T03:00:00+08:00');
    expect(leavesAt(due, '0-24')).toEqual(due);
  });
});

it.each([
  ['8-21', true],
  ['0-24', true],
  ['21-8', false],
  ['8-25', false],
  ['8', false],
])('hours may be written %s: %s', (text, may) => expect(isHours(text)).toBe(may));
