import { isDay, isInstant } from './times.js';

describe('an instant', () => {
  it.each([
    '2026-11-27T20:10:00Z',
    '2026-11-27T20:10:00+08:00',
    '2026-11-27T20:10:00.123456789-03:30',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
  ])('may be %p', (text) => {
    expect(isInstant(text)).toBe(true);
    expect(new Date(text).toISOString()).toMatch(/^\d{4}-/);
  });

  it.each([
    '2026-11-27T20:10:00+08',
    '2026-11-27T20:10:00+0800',
    '2026-11-27 20:10:00',
    '2026-11-27 20:10:00+08:00',
    '2026-11-27T20:10:00',
    '2026-11-27T20:10+08:00',
    '2026-11-27T24:00:00Z',
    '2026-11-27T20:10:60Z',
    '2026-11-27T20:10:00+24:00',
    '2026-02-31T20:10:00Z',
    '2026-11-27',
    '2026-W48-5',
    '20261127T201000Z',
    '+012026-11-27T20:10:00Z',
    '-002026-11-27T20:10:00Z',
    '0001-01-01T00:00:00+08:00',
    '9999-12-31T23:59:59-08:00',
    '0000-01-01T00:00:00Z',
    ' 2026-11-27T20:10:00Z',
    '2026-11-27T20:10:00Z\n',
    '',
    1_764_238_200_000,
    null,
    undefined,
    {},
  ])('is not %p, which some reader does not know or reads otherwise', (value) =>
    expect(isInstant(value)).toBe(false),
  );
});

describe('a day', () => {
  it.each(['2026-11-27', '2028-02-29', '0001-01-01'])('may be %p', (day) => expect(isDay(day)).toBe(true));

  it.each(['2026-02-31', '9843-92-06', '0000-01-01', '2026-2-3', '2026-11-27\n', '', 20261127, null])(
    'is not %p, which no database takes',
    (day) => expect(isDay(day)).toBe(false),
  );
});
