import fc from 'fast-check';
import { normaliseName, normaliseNumber, normaliseText } from './normalise.js';

describe('a normalised name', () => {
  it.each([
    ['刘〇', '刘〇'],
    ['刘○', '刘〇'],
    ['迪丽努尔•艾合买提', '迪丽努尔·艾合买提'],
    ['迪丽努尔・艾合买提', '迪丽努尔·艾合买提'],
    ['迪丽努尔‧艾合买提', '迪丽努尔·艾合买提'],
    ['迪丽努尔．艾合买提', '迪丽努尔·艾合买提'],
    ['迪丽努尔.艾合买提', '迪丽努尔·艾合买提'],
    ['迪丽努尔∙艾合买提', '迪丽努尔·艾合买提'],
    ['迪丽努尔 · 艾合买提', '迪丽努尔·艾合买提'],
    ['　张　三 ', '张三'],
    ['\u200b张\ufeff三\u202c', '张三'],
    ['ＪＯＨＮ　 Ｓｍｉｔｈ', 'JOHN Smith'],
    ['O’Brien', "O'Brien"],
    ['Anne‐Marie', 'Anne-Marie'],
    ['John F. Kennedy', 'John F. Kennedy'],
    ['Nuñez'.normalize('NFD'), 'Nuñez'],
  ])('of the person %j is %s', (typed, kept) => expect(normaliseName('person', typed)).toBe(kept));

  it.each([
    ['样例（济南）有限公司', '样例（济南）有限公司'],
    ['样例(济南)有限公司', '样例（济南）有限公司'],
    ['Sample (Jinan) Ltd.', 'Sample (Jinan) Ltd.'],
    ['样例 有限　公司', '样例有限公司'],
    ['ＡＢＣ样例３号公司', 'ABC样例3号公司'],
    ['㈱样例', '㈱样例'],
    ['“样例”公司', '“样例”公司'],
  ])('of the organisation %s is %s', (typed, kept) =>
    expect(normaliseName('organisation', typed)).toBe(kept),
  );
});

it.each([
  [' 370102 19900307 0016', '370102199003070016'],
  ['１１０１０５１９４９１２３１００２ｘ', '11010519491231002X'],
  ['E 1234-5678', 'E12345678'],
  ['\u202d37010219900307\u202c0016', '370102199003070016'],
])('normalises the number %j to %s', (typed, kept) => expect(normaliseNumber(typed)).toBe(kept));

it.each([
  ['历下区　泉城路１８０号\n３－２－５０１', '历下区 泉城路180号 3-2-501'],
  ['（东区）甲：乙', '（东区）甲：乙'],
  ['\u200f历下区', '历下区'],
  ['100㎡', '100㎡'],
  ['＜甲＞', '＜甲＞'],
])('normalises the text %j to %s', (typed, kept) => expect(normaliseText(typed)).toBe(kept));

it('what is kept stays as it is when it is read again', () => {
  const typed = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'张三〇○·•．.・-—（）() 　’＜１\u200b\u0301㈱'),
      fc.string({ maxLength: 1 }),
    ),
  });
  for (const normalise of [
    normaliseText,
    normaliseNumber,
    (text: string) => normaliseName('person', text),
    (text: string) => normaliseName('organisation', text),
  ])
    fc.assert(
      fc.property(typed, (text) => expect(normalise(normalise(text))).toBe(normalise(text))),
      { numRuns: 2000 },
    );
});
