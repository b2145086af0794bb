import { readReceiptNumber, receiptPrefixes } from './receipt-number.js';

describe('a receipt number', () => {
  it.each([
    'lb370303-20260511-j-00012-a',
    'LB370303 20260511 J 00012 A',
    'lb37030320260511j00012a',
    '370303-20260511-J-00012-A',
    'ＬＢ３７０３０３－２０２６０５１１－Ｊ－０００１２－Ａ',
    ' LB370303–20260511—J−00012‐A\u200b\n',
    'LB37O3O3-2O26O511-J-OOO12-A',
    'LB370303-20260511-J-000I2-A',
  ])('written %j is read', (typed) => expect(readReceiptNumber(typed)).toBe('LB370303-20260511-J-00012-A'));

  it('has a longer sequence where more were registered', () =>
    expect(readReceiptNumber('lb370303-20260511-j-1234567-0')).toBe('LB370303-20260511-J-1234567-0'));

  it.each(['', 'tea', 'LB370303-20260511-J-12-A', '37010219900307001X'])('is not what is %j', (typed) =>
    expect(readReceiptNumber(typed)).toBe(typed.toUpperCase()),
  );
});

describe('the beginning of a receipt number', () => {
  it.each([
    ['lb3703', ['LB3703']],
    ['lb370303 2026', ['LB370303-2026']],
    ['370303-20260511', ['LB370303-20260511']],
    ['LB37030320260511', ['LB370303-20260511']],
    ['lb370303-20260511-', ['LB370303-20260511']],
    ['lb370303 20260511 j', ['LB370303-20260511-J']],
    ['lb370303－20260511－j－0001', ['LB370303-20260511-J-0001']],
    ['LB37030320260511J00012A', ['LB370303-20260511-J-00012A', 'LB370303-20260511-J-00012-A']],
    ['LB370303-20260511-J-00012-A', ['LB370303-20260511-J-00012-A']],
    ['tea', ['TEA']],
  ])('%s is looked for as %j', (typed, beginnings) => expect(receiptPrefixes(typed)).toEqual(beginnings));
});
