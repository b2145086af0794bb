import { findCreditCodeError } from './credit-code.js';
import { findDocumentError } from './documents.js';
import { ALPHABET_31, mod31Check } from './mod-31.js';
import { findResidentNumberError } from './resident-number.js';

const TODAY = '2026-05-11';

describe('a resident identity number', () => {
  it.each([
    '11010519491231002X',
    '440524188001010014',
    '34052419800101001X',
    '370102199003070016',
    '370303198511200027',
    '370102200002290055',
    '371202198001010046',
  ])('takes %s', (number) => expect(findResidentNumberError(number, TODAY)).toBeUndefined());

  it.each([
    ['a wrong check digit', '110105194912310020', 'wrong-check-digit'],
    ['a 29 February that was none', '370102190002290059', 'no-such-birth-date'],
    ['a month 13', '370102199013070018', 'no-such-birth-date'],
    ['15 digits', '370102900307001', 'wrong-document-number'],
    ['a lower-case x that nobody raised', '11010519491231002x', 'wrong-document-number'],
    ['letters', 'ABCDEFGHIJKLMNOPQR', 'wrong-document-number'],
  ])('refuses %s', (_, number, error) => expect(findResidentNumberError(number, TODAY)).toBe(error));

  it('may be born today, not tomorrow', () => {
    const born = '370102202605110015';
    expect(findResidentNumberError(born, '2026-05-10')).toBe('birth-date-in-future');
    expect(findResidentNumberError(born, '2026-05-11')).not.toBe('birth-date-in-future');
  });

  it('finds every single wrong digit', () => {
    const right = '370102199003070016';
    for (let place = 0; place < 17; place++)
      for (const digit of '0123456789')
        if (digit !== right[place])
          expect(
            findResidentNumberError(right.slice(0, place) + digit + right.slice(place + 1), TODAY),
          ).toBeDefined();
  });
});

describe('a unified social credit code', () => {
  it.each([
    '91350100M000100Y43',
    '91330100799655058B',
    '9144030071526726XG',
    '914403001922038216',
    '9111000071093123XX',
    '91370100MA31002060',
    '91370100MA3CDE715G',
    '91370303MACDE2X024',
    '92370102MA9XYW129F',
    '123703000045027961',
    '93370322MA9XYW3480',
    '52370100MJD6001219',
  ])('takes %s', (code) => expect(findCreditCodeError(code)).toBeUndefined());

  it('takes one that begins with a letter', () => {
    const body = 'N1370322MF1234567';
    expect(findCreditCodeError(body + mod31Check(body))).toBeUndefined();
  });

  it.each([
    ['91350100M000100Y44', 'wrong-check-digit'],
    ['91370100MA31002061', 'wrong-check-digit'],
    ['91350100I000100Y43', 'wrong-document-number'],
    ['91350100M000100Y4', 'wrong-document-number'],
  ])('refuses %s', (code, error) => expect(findCreditCodeError(code)).toBe(error));

  it('never has a check character outside its alphabet', () => {
    for (let n = 0; n < 31; n++)
      expect(ALPHABET_31).toContain(mod31Check(`91370100MA31002${ALPHABET_31[n]}6`));
  });
});

describe('other documents', () => {
  const permit = '810000199001010013';

  it('have the same check where they have 18 characters', () => {
    expect(findDocumentError('residence-permit', '370102199003070016', TODAY)).toBe('wrong-document-number');
    expect(findDocumentError('residence-permit', permit, TODAY)).toBe(findResidentNumberError(permit, TODAY));
    expect(findDocumentError('foreign-resident-card', 'CHN110000000001', TODAY)).toBeUndefined();
  });

  it.each([
    ['passport', 'E12345678', undefined],
    ['passport', 'E-1', 'wrong-document-number'],
    ['hk-macau-permit', 'H12345678', undefined],
    ['hk-macau-permit', 'X12345678', 'wrong-document-number'],
    ['taiwan-permit', '12345678', undefined],
    ['military-id', '军字第123456', undefined],
  ])('%s %s: %s', (type, number, error) => expect(findDocumentError(type, number, TODAY)).toBe(error));
});
