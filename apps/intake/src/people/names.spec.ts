import { maskNumber } from '@lianban/contracts';
import { maskName } from './masks.js';
import { findForbiddenInText } from '../texts/forbidden.js';
import { findNameError } from './names.js';
import { isPhone } from './phone.js';

describe('a name', () => {
  it.each(['张三', '阿依古丽·买买提', 'John Smith', '欧阳娜娜'])('may be %s', (name) =>
    expect(findNameError('person', name)).toBeUndefined(),
  );

  it.each([
    ['张', 'wrong-length'],
    ['张'.repeat(101), 'wrong-length'],
    ['<b>张三</b>', 'forbidden-characters'],
    ['张\u0007三', 'forbidden-characters'],
    ['张\u202e三', 'forbidden-characters'],
    ['张3', 'forbidden-characters'],
  ])('may not be %j', (name, code) => expect(findNameError('person', name)).toMatchObject({ code }));

  it('of an organisation may have digits and brackets', () => {
    expect(findNameError('organisation', '样例（济南）3号有限公司')).toBeUndefined();
    expect(findNameError('organisation', '<样例>公司')).toMatchObject({ code: 'forbidden-characters' });
  });

  it.each([
    ['张三', '张*'],
    ['张三三', '张**'],
    ['欧阳娜娜', '欧阳**'],
    ['欧阳', '欧*'],
    ['阿依古丽·买买提', '阿**'],
  ])('%s is shown as %s', (name, shown) => expect(maskName({ kind: 'person', name })).toBe(shown));

  it('of an organisation is public', () =>
    expect(maskName({ kind: 'organisation', name: '样例公司' })).toBe('样例公司'));
});

describe('a number of a document', () => {
  const masked = (documentType: string, documentNumber: string) =>
    maskNumber({ documentType, documentNumber });

  it('keeps the district and the end and hides the birth date', () =>
    expect(masked('resident-id', '370102199003070016')).toBe('3701**********0016'));
  it('keeps two characters where it is short', () =>
    expect(masked('passport', 'E12345678')).toBe('*******78'));
  it('is public where it is a credit code', () =>
    expect(masked('credit-code', '91370100MA3CDE715G')).toBe('91370100MA3CDE715G'));
});

describe('a phone number', () => {
  it.each(['13800138000', '0531-88888888', '053188888888-123'])('may be %s', (phone) =>
    expect(isPhone(phone)).toBe(true),
  );
  it.each(['12345', '95598', '12800138000', '+8613800138000', '1380013800'])('may not be %s', (phone) =>
    expect(isPhone(phone)).toBe(false),
  );
});

it('plain text has no tags and no characters that command', () => {
  expect(
    ['历下区1号 A-2', '<script>', 'a\u0000', 'a\u2028b', 'a\ud800'].map((text) => !findForbiddenInText(text)),
  ).toEqual([true, false, false, false, false]);
});
