import { mask } from './mask.js';

describe('mask', () => {
  it.each(['370102199003070016', '11010519491231002X', '11010519491231002x'])(
    'hides the identity number %s',
    (number) => {
      expect(mask(`{"id":"${number}"}`)).toBe('{"id":"[identity number]"}');
      expect(mask(`证件${number}号`)).toBe('证件[identity number]号');
    },
  );

  it.each(['13800138000', '8613800138000', '+8619912345678'])('hides the mobile number %s', (number) => {
    expect(mask(`tel ${number}.`)).not.toMatch(/\d{11}/);
    expect(mask(`d4c3946b-c63b-4ad1-96f6-c13912345678 tel${number}x`)).toMatch(/5678 tel\+?\[phone\]x$/);
  });

  it.each([
    ['a time in milliseconds', '1764000000000'],
    ['an id', '0198a1b2-7c1d-7000-8000-1380013800aa'],
    ['an id that has the digits of a mobile', 'd4c3946b-c63b-4ad1-96f6-c13912345678'],
    ['a span', 'ab13912345678cde'],
    ['a trace', '4bf92f3577b34da6a13912345678e473'],
    ['a time', '2026-11-23T04:52:12.692Z'],
    ['eleven digits that no mobile has', '12345678901'],
    ['a longer number', '12345678901234567890'],
  ])('leaves %s alone', (_, text) => {
    expect(mask(text)).toBe(text);
  });
});
