import { BadCursor } from '../problems.js';
import { cursorAt, readCursor } from './cursor.js';

const requestId = '0197a000-0000-7000-8000-000000000001';
const newest = { at: '2026-05-11T02:00:00.000Z', requestId };

describe('a cursor', () => {
  it.each([
    ['newest', newest],
    ['urgent', { at: '2026-05-27', requestId }],
    ['urgent', { at: 'infinity', requestId }],
  ] as const)('of the order %s is read back', (order, position) => {
    expect(readCursor(order, cursorAt(order, position))).toEqual(position);
  });

  it.each([
    ['nothing', ''],
    ['garbage', '%%%'],
    ['another order', cursorAt('urgent', { at: '2026-05-27', requestId })],
    ['no date', cursorAt('newest', { at: '2026-99-11T02:00:00.000Z', requestId })],
    ['no id', cursorAt('newest', { ...newest, requestId: 'x' })],
    ['something more', cursorAt('newest', { ...newest, requestId: `${requestId} x` })],
  ])('of %s is refused', (_, cursor) => {
    expect(() => readCursor('newest', cursor)).toThrow(BadCursor);
  });
});
